// How long work shows that it moves on, and hears that it should end.
#pragma once

#include <functional>

#include "absl/status/status.h"

namespace pleat {

// Called by the working thread after each piece of the work; a piece takes well below a second
// where that can be arranged. OK: go on. CANCELLED: drop the work and pass the status on.
using KeepGoing = std::function<absl::Status()>;

// For work that nobody watches.
inline absl::Status NeverStops() { return absl::OkStatus(); }

}  // namespace pleat
