// Paths inside a store.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The components of a path below the root. INVALID_ARGUMENT for an empty or absolute path, empty
// components, ".", "..", a NUL byte, and names that begin with kTemporaryPrefix.
absl::StatusOr<std::vector<std::string_view>> SplitStorePath(std::string_view path);

// Begins the names of files that are being written; readers never see them.
inline constexpr std::string_view kTemporaryPrefix = ".tmp-";

}  // namespace pleat
