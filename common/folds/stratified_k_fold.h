// scikit-learn's StratifiedKFold.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The validation fold of each row, so that each fold has the class shares of the whole. With
// `shuffle_seed` as StratifiedKFold(shuffle=True, random_state=seed). INVALID_ARGUMENT: a class
// with fewer rows than folds (where scikit-learn only warns).
absl::StatusOr<std::vector<int32_t>> StratifiedKFold(std::span<const int64_t> labels,
                                                     uint32_t folds,
                                                     std::optional<uint32_t> shuffle_seed);

}  // namespace pleat
