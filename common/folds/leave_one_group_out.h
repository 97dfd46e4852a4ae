// scikit-learn's LeaveOneGroupOut.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The validation fold of each row: a fold per group, by ascending number of the group.
// INVALID_ARGUMENT: there are fewer than two groups.
absl::StatusOr<std::vector<int32_t>> LeaveOneGroupOut(std::span<const int64_t> groups);

}  // namespace pleat
