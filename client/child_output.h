// What another program prints.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// Starts `command` (a path and its arguments), waits for its end, and returns what it printed on
// standard output. INTERNAL with what it said on standard error if it did not end well; NOT_FOUND,
// PERMISSION_DENIED, …: it cannot be started.
absl::StatusOr<std::string> ChildOutput(const std::vector<std::string>& command);

}  // namespace pleat
