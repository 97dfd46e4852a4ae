// What another program prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// Starts `command` (a path and its arguments) with `input` on standard input, waits for its end,
// and returns what it printed on standard output. With what it said on standard error if it did not
// end well: INVALID_ARGUMENT after exit code 2 (bad input), else INTERNAL. NOT_FOUND,
// PERMISSION_DENIED, …: it cannot be started.
absl::StatusOr<std::string> ChildOutput(const std::vector<std::string>& command,
                                        std::string_view input = {});

}  // namespace pleat
