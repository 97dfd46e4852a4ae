// Refusals that several commands about sweeps share.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "coordinator/core/state.h"

namespace pleat {

// NOT_FOUND.
absl::Status NoSuchSweep(const std::string& name);
// FAILED_PRECONDITION. `sweep` has ended.
absl::Status AlreadyEnded(const Sweep& sweep);
// FAILED_PRECONDITION: another sweep needs this one as it is.
absl::Status CheckUnneeded(const State& state, const std::string& name);

}  // namespace pleat
