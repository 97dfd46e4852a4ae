// Cuts rows into folds, index-equal to scikit-learn's splitters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Number of folds K; 0 if no splitter is named.
uint32_t FoldCount(const v1::CrossValidationSpec& spec);

// The validation fold of each row. `labels` [rows]; `groups` [rows], or empty where the splitter
// needs none. INVALID_ARGUMENT: fewer rows (or groups, or rows of a class) than folds, or groups
// are missing; says which.
absl::StatusOr<std::vector<int32_t>> AssignRowsToFolds(const v1::CrossValidationSpec& spec,
                                                       std::span<const int64_t> labels,
                                                       std::span<const int64_t> groups);

}  // namespace pleat
