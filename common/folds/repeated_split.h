// scikit-learn's RepeatedKFold and RepeatedStratifiedKFold.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/numpy_random.h"
#include "common/folds/fold_assignment.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Cuts rows once, shuffled by what it draws: the fold of each row, below `spec.folds`.
using ShuffledSplit = std::function<absl::StatusOr<std::vector<int32_t>>(NumpyRandomState& random)>;

// `split` again and again, on one stream of draws from `spec.seed`. Errors are `split`'s.
absl::StatusOr<FoldAssignment> RepeatSplit(const v1::RepeatedKFoldSpec& spec,
                                           const ShuffledSplit& split);

}  // namespace pleat
