#include "common/folds/stratified_k_fold.h"

#include <unordered_map>

#include "common/base/status_macros.h"
#include "common/folds/split_checks.h"

namespace pleat {
namespace {

using Rows = std::vector<uint32_t>;

// Of each class, in order of their first rows; that order decides who takes which draws.
std::vector<Rows> RowsByClass(std::span<const int64_t> labels) {
  std::vector<Rows> classes;
  std::unordered_map<int64_t, size_t> index_of;
  for (uint32_t row = 0; row < labels.size(); ++row) {
    const auto [entry, is_new] = index_of.try_emplace(labels[row], classes.size());
    if (is_new) classes.emplace_back();
    classes[entry->second].push_back(row);
  }
  return classes;
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> StratifiedKFold(std::span<const int64_t> labels,
                                                     uint32_t folds, NumpyRandomState* random) {
  PLEAT_RETURN_IF_ERROR(CheckClassSizes(labels, folds));
  std::vector<int32_t> fold_of_row(labels.size());
  size_t first = 0;  // where the class begins among the rows sorted by class
  for (const Rows& rows : RowsByClass(labels)) {
    // The sorted rows are dealt round robin, so fold f gets a class's positions p with
    // p % folds == f; counted, and laid out in blocks.
    std::vector<int32_t> fold_of_member;
    for (uint32_t fold = 0; fold < folds; ++fold) {
      const size_t skipped = (fold + folds - first % folds) % folds;
      for (size_t p = skipped; p < rows.size(); p += folds) {
        fold_of_member.push_back(static_cast<int32_t>(fold));
      }
    }
    if (random != nullptr) random->Shuffle(std::span(fold_of_member));
    for (size_t i = 0; i < rows.size(); ++i) fold_of_row[rows[i]] = fold_of_member[i];
    first += rows.size();
  }
  return fold_of_row;
}

}  // namespace pleat
