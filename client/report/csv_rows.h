// Pleat's own CSV files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The fields of each line after the first, which must be `header`'s fields (any, if it is empty);
// quoted as in RFC 4180. DATA_LOSS: it is no such file. All lines have as many fields as the first.
absl::StatusOr<std::vector<std::vector<std::string>>> ParseCsv(std::string_view text,
                                                               std::string_view header);

}  // namespace pleat
