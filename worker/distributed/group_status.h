// One outcome for a whole group, over its control channel. Every rank calls the same functions in
// the same order, except as said; a group of one gets its own status. An error of the exchange
// itself comes back as it is.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// For what every rank does: all get OK if all passed OK, else the error of the lowest rank that has
// one.
absl::Status AgreeOnStatus(Group& group, const absl::Status& status);

// For what rank 0 alone does: rank 0's status, on every rank; the others' is not read.
absl::Status StatusOfRankZero(Group& group, const absl::Status& status);

// The same for what takes as long as it takes, such as a call to the coordinator: calls `work` on
// rank 0 (in a larger group on a thread of its own), while the others hear again and again that it
// is still at it, so that no collective runs into its deadline.
absl::Status RunOnRankZero(Group& group, const std::function<absl::Status()>& work);

// OK, or the first error of one of the group's channels: the group must end. Of this rank's
// channels alone, no exchange.
absl::Status Health(const Group& group);

// For a rank that cannot go on in the middle of what all do: aborts its channels, so that the
// others' waits end, and gives back the reason, which is theirs too: `status`, unless a channel had
// failed before, of which it is then only the echo. No exchange; the group must end.
absl::Status LeaveGroup(Group& group, const absl::Status& status);

}  // namespace pleat
