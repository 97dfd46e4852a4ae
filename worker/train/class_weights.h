// Weights of the classes in the training loss.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

// [classes], scaled so that the rows with these `labels`, those that the fold trains on, have the
// mean weight 1; empty if all are alike. `labels` lie in [0, classes).
//   balanced: rows / (classes x rows of the class), as scikit-learn's compute_class_weight; a class
//     without rows gets 0, which nothing is multiplied by
//   values: as given
// INVALID_ARGUMENT: not one value per class, or no row has a weight above 0.
absl::StatusOr<std::vector<double>> ClassWeights(const v1::ClassWeightsSpec& spec,
                                                 std::span<const int64_t> labels, int64_t classes);

}  // namespace pleat
