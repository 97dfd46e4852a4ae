// scikit-learn's StratifiedGroupKFold.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/numpy_random.h"

namespace pleat {

// The validation fold of each row, with all rows of a group in one fold: the groups whose classes
// are most uneven first, each to the fold where the classes' shares then differ least between folds
// (the fold with fewer rows, if that is close). With `random` groups that are as uneven come in
// shuffled order, as StratifiedGroupKFold(shuffle=True) has them with this random_state.
// Takes groups x folds x (classes + folds x classes of the group) steps. `labels`, `groups` [rows].
// INVALID_ARGUMENT: fewer groups than folds, or a class with fewer rows than folds (where
// scikit-learn only warns).
absl::StatusOr<std::vector<int32_t>> StratifiedGroupKFold(std::span<const int64_t> labels,
                                                          std::span<const int64_t> groups,
                                                          uint32_t folds, NumpyRandomState* random);

}  // namespace pleat
