// scikit-learn's StratifiedKFold.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/numpy_random.h"

namespace pleat {

// The validation fold of each row, so that each fold has the class shares of the whole. With
// `random` as StratifiedKFold(shuffle=True) with this random_state. INVALID_ARGUMENT: a class with
// fewer rows than folds (where scikit-learn only warns).
absl::StatusOr<std::vector<int32_t>> StratifiedKFold(std::span<const int64_t> labels,
                                                     uint32_t folds, NumpyRandomState* random);

}  // namespace pleat
