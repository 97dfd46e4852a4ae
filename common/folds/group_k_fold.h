// scikit-learn's GroupKFold.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The validation fold of each row, with all rows of a group in one fold: the largest group first,
// each to the fold that has the fewest rows. Among groups of one size the largest number comes
// first (scikit-learn's stable sort, reversed). INVALID_ARGUMENT: fewer groups than folds.
absl::StatusOr<std::vector<int32_t>> GroupKFold(std::span<const int64_t> groups, uint32_t folds);

}  // namespace pleat
