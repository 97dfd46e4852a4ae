// What rows must have to be cut as a splitter cuts them. Errors are INVALID_ARGUMENT, with the
// numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "common/folds/fold_assignment.h"

namespace pleat {

// At least two folds, and no fewer rows than those.
absl::Status CheckRowCount(size_t rows, uint32_t folds);

// At least one fold and at most kMostFolds.
absl::Status CheckFoldCount(size_t folds);

// A group for each of `rows` rows.
absl::Status CheckGroups(std::span<const int64_t> groups, size_t rows);

// No fewer different groups than folds.
absl::Status CheckGroupCount(size_t groups, uint32_t folds);

// No class has fewer rows than there are folds (where scikit-learn only warns).
absl::Status CheckClassSizes(std::span<const int64_t> labels, uint32_t folds);

// A number of folds that may be, each with rows to validate and rows to train on.
absl::Status CheckFolds(const FoldAssignment& folds);

}  // namespace pleat
