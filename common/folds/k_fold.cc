#include "common/folds/k_fold.h"

#include <numeric>
#include <span>

namespace pleat {

std::vector<int32_t> KFold(uint32_t rows, uint32_t folds, NumpyRandomState* random) {
  std::vector<uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0u);
  if (random != nullptr) random->Shuffle(std::span(order));

  std::vector<int32_t> fold_of_row(rows);
  uint32_t position = 0;
  for (uint32_t fold = 0; fold < folds; ++fold) {
    const uint32_t size = rows / folds + (fold < rows % folds ? 1 : 0);
    for (uint32_t i = 0; i < size; ++i) fold_of_row[order[position++]] = static_cast<int32_t>(fold);
  }
  return fold_of_row;
}

}  // namespace pleat
