// Bounds of a data set in memory.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pleat {

// Most bytes of pixels that one data set may have.
inline constexpr int64_t kMaxDatasetBytes = int64_t{8} << 30;
// Labels are below this.
inline constexpr int64_t kMaxClasses = 65536;

// Checks rows x row_bytes, each at least 0, against kMaxDatasetBytes without overflow.
// RESOURCE_EXHAUSTED names `what`.
absl::Status CheckDatasetFits(absl::string_view what, int64_t rows, int64_t row_bytes);

}  // namespace pleat
