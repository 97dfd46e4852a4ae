// What must hold after every command.
#pragma once

#include "absl/status/status.h"
#include "coordinator/core/state.h"

namespace pleat {

// INTERNAL names the first invariant that does not hold: one live attempt per task and per worker,
// queues and counters that agree with the tasks, stages in order, nothing open in an ended sweep.
// Walks the whole state: for tests and simulation.
absl::Status CheckInvariants(const State& state);

}  // namespace pleat
