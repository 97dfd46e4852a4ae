#include "common/folds/fold_assignment.h"

#include <algorithm>
#include <span>

namespace pleat {
namespace {

std::vector<int64_t> RowsWhere(const FoldAssignment& folds, uint32_t fold, bool is_validated) {
  std::vector<int64_t> rows;
  const std::span<const int32_t> all(folds.fold_of_row);
  for (size_t row = 0; row < folds.rows(); ++row) {
    const auto of_row = all.subspan(row * folds.repeats, folds.repeats);
    const bool found = std::ranges::count(of_row, static_cast<int32_t>(fold)) > 0;
    if (found == is_validated) rows.push_back(static_cast<int64_t>(row));
  }
  return rows;
}

}  // namespace

std::vector<int64_t> FoldAssignment::ValidationRows(uint32_t fold) const {
  return RowsWhere(*this, fold, /*is_validated=*/true);
}

std::vector<int64_t> FoldAssignment::TrainingRows(uint32_t fold) const {
  return RowsWhere(*this, fold, /*is_validated=*/false);
}

std::vector<std::vector<int64_t>> FoldAssignment::RowsOfFolds() const {
  std::vector<std::vector<int64_t>> rows_of_fold;
  for (size_t i = 0; i < fold_of_row.size(); ++i) {
    if (fold_of_row[i] < 0) continue;
    const auto fold = static_cast<size_t>(fold_of_row[i]);
    if (fold >= rows_of_fold.size()) rows_of_fold.resize(fold + 1);
    rows_of_fold[fold].push_back(static_cast<int64_t>(i / repeats));
  }
  return rows_of_fold;
}

}  // namespace pleat
