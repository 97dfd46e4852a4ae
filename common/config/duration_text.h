// Times in configurations.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace pleat {

// Milliseconds of "2h30m", "1d", "90s" (units d, h, m and s, larger ones first) or of hours as a
// number: "2.5". INVALID_ARGUMENT: it is no such text, not more than 0, or more than 10 years.
absl::StatusOr<int64_t> ParseDurationMs(const std::string& text);

}  // namespace pleat
