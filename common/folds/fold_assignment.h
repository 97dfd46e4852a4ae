// Which rows each fold validates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pleat {

// Most folds that rows are cut into, all repeats together.
inline constexpr uint32_t kMostFolds = 1000;

// The validation folds of each row. A fold is trained on all rows that it does not validate.
struct FoldAssignment {
  // How often rows are cut, each time into folds of their own.
  uint32_t repeats = 1;
  // [rows, repeats]: the fold that validates the row in that repeat; -1: none does. Of K folds per
  // repeat, fold r K + k is fold k of repeat r.
  std::vector<int32_t> fold_of_row;

  size_t rows() const { return fold_of_row.size() / repeats; }
  // Rows that the fold validates, and those that it is trained on; ascending.
  std::vector<int64_t> ValidationRows(uint32_t fold) const;
  std::vector<int64_t> TrainingRows(uint32_t fold) const;
  // The validation rows of every fold, up to the last one that has any.
  std::vector<std::vector<int64_t>> RowsOfFolds() const;
};

}  // namespace pleat
