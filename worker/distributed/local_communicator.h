// The ranks of a group as threads of one process: collectives with no launcher, for tests.
#pragma once

#include <memory>
#include <vector>

#include "worker/distributed/communicator.h"

namespace pleat {

// One channel as its `size` ends, in rank order; each end is used by one thread. A wait of more
// than `timeout_ms` for the other ranks is DEADLINE_EXCEEDED; after any rank's Abort all waits, old
// and new, end with its reason. Contributions are copied when a collective starts.
std::vector<std::unique_ptr<Communicator>> MakeLocalCommunicators(int size, int timeout_ms);

}  // namespace pleat
