// `pleat-coordinator plan`: what `pleat plan` starts.
#pragma once

#include <iosfwd>

#include "absl/status/status.h"

namespace pleat {

// Reads a serialized PlanRequest and writes a serialized Plan. INVALID_ARGUMENT: it is none, or as
// MakePlan.
absl::Status RunPlanCommand(std::istream& in, std::ostream& out);

}  // namespace pleat
