// scikit-learn's PredefinedSplit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The validation fold of each row: the given numbers in ascending order, numbered from 0 without
// gaps. -1 stays: such rows are in no fold. INVALID_ARGUMENT: a number below -1, or no row is in a
// fold.
absl::StatusOr<std::vector<int32_t>> PredefinedSplit(std::span<const int32_t> given);

}  // namespace pleat
