// One outcome for a whole group, over its control channel. Every rank calls the same functions in
// the same order; a group of one gets its own status. An error of the exchange itself comes back as
// it is.
#pragma once

#include "absl/status/status.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// For what every rank does: all get OK if all passed OK, else the error of the lowest rank that has
// one.
absl::Status AgreeOnStatus(Group& group, const absl::Status& status);

// For what rank 0 alone does: rank 0's status, on every rank; the others' is not read.
absl::Status StatusOfRankZero(Group& group, const absl::Status& status);

// Tells the other ranks, which may be waiting for this one in a collective, that it gave up in the
// middle. The group's channels are unusable afterwards.
void LeaveGroup(Group& group);

}  // namespace pleat
