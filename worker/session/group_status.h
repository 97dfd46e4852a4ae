// One outcome for a whole group.
#pragma once

#include "absl/status/status.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// Every rank passes its own status; all get the same answer: OK if all are, else the error of the
// lowest rank that has one. An error of the exchange itself comes back as it is. A group of one
// gets its own status.
absl::Status AgreeOnStatus(Group& group, const absl::Status& status);

}  // namespace pleat
