// Cuts rows into folds, index-equal to scikit-learn's splitters.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "common/folds/fold_assignment.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Number of folds, of all repeats together; 0 if only the data can tell (leave_one_group_out,
// predefined), or no splitter is named.
uint32_t FoldCount(const v1::CrossValidationSpec& spec);

// Repeats of the cross-validation; 1 for splitters that have none. Repeat r is the same however
// many there are.
uint32_t RepeatCount(const v1::CrossValidationSpec& spec);

// Where a spec says how many repeats there are; null: its splitter has none.
v1::RepeatedKFoldSpec* FindRepeats(v1::CrossValidationSpec* spec);

// True if the splitter cuts by `data.groups`.
bool NeedsGroups(const v1::CrossValidationSpec& spec);

// What is known of rows when they are cut.
struct RowsToSplit {
  std::span<const int64_t> labels;      // [rows]
  std::span<const int64_t> groups;      // [rows], or empty where the splitter needs none
  std::span<const int32_t> predefined;  // [rows], likewise: the fold that was given
};

// The validation folds of each row; every fold has rows to validate and rows to train on.
// INVALID_ARGUMENT: fewer rows (or groups, or rows of a class) than folds, groups are missing, or
// there would be more than kMostFolds folds; says which.
absl::StatusOr<FoldAssignment> AssignRowsToFolds(const v1::CrossValidationSpec& spec,
                                                 const RowsToSplit& rows);

}  // namespace pleat
