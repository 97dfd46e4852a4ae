#include "common/folds/split_checks.h"

#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {

absl::Status CheckRowCount(size_t rows, uint32_t folds) {
  if (folds < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("cross-validation needs at least 2 folds, not ", folds));
  }
  if (rows < folds) {
    return absl::InvalidArgumentError(absl::StrCat("cannot cut ", rows, " rows into ", folds,
                                                   " folds: use fewer folds or more data"));
  }
  if (rows > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot cut ", rows, " rows into folds: at most 2^32 - 1"));
  }
  return absl::OkStatus();
}

absl::Status CheckFoldCount(size_t folds) {
  if (folds >= 1 && folds <= kMostFolds) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the rows would be cut into ", folds,
                                                 " folds; a sweep may have 1 to ", kMostFolds));
}

absl::Status CheckGroups(std::span<const int64_t> groups, size_t rows) {
  if (groups.empty()) {
    return absl::InvalidArgumentError(
        "cross_validation needs groups: say in data.groups which rows belong together, or choose a "
        "splitter without groups");
  }
  if (groups.size() != rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", groups.size(), " groups for ", rows, " rows"));
  }
  return absl::OkStatus();
}

absl::Status CheckGroupCount(size_t groups, uint32_t folds) {
  if (groups >= folds) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("cannot cut ", groups, " groups into ", folds,
                   " folds: use fewer folds, or smaller groups in data.groups"));
}

absl::Status CheckClassSizes(std::span<const int64_t> labels, uint32_t folds) {
  std::map<int64_t, size_t> rows_of_class;
  for (const int64_t label : labels) ++rows_of_class[label];
  for (const auto& [label, rows] : rows_of_class) {
    if (rows >= folds) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("class ", label, " has ", rows, " rows, fewer than the ", folds,
                     " folds: use fewer folds, k_fold, or leave the class out"));
  }
  return absl::OkStatus();
}

absl::Status CheckFolds(const FoldAssignment& folds) {
  const auto rows_of_fold = folds.RowsOfFolds();
  PLEAT_RETURN_IF_ERROR(CheckFoldCount(rows_of_fold.size()));
  for (size_t fold = 0; fold < rows_of_fold.size(); ++fold) {
    const size_t rows = rows_of_fold[fold].size();
    if (rows == 0) {
      return absl::InvalidArgumentError(absl::StrCat("fold ", fold, " of ", rows_of_fold.size(),
                                                     " got no rows: use fewer folds"));
    }
    if (rows == folds.rows()) {
      return absl::InvalidArgumentError(
          absl::StrCat("fold ", fold, " validates all ", rows,
                       " rows and leaves none to train on: cut the rows into more folds"));
    }
  }
  return absl::OkStatus();
}

}  // namespace pleat
