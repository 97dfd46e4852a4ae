// Paths inside a store.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The components of a path below the root. INVALID_ARGUMENT for an empty or absolute path, empty
// components, ".", "..", a NUL byte, names that begin with kTemporaryPrefix, and more than
// kMostStorePathBytes.
absl::StatusOr<std::vector<std::string_view>> SplitStorePath(std::string_view path);

// Far below what a system call takes (4,096), so that each path can be opened in one.
inline constexpr size_t kMostStorePathBytes = 1'024;

// Begins the names of files that are being written; readers never see them.
inline constexpr std::string_view kTemporaryPrefix = ".tmp-";

}  // namespace pleat
