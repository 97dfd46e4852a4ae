#include "common/folds/stratified_k_fold.h"

#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "common/base/numpy_random.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

struct ClassRows {
  int64_t label;
  std::vector<uint32_t> rows;
};

// Classes in order of their first row; that order decides who takes which draws.
std::vector<ClassRows> RowsByClass(std::span<const int64_t> labels) {
  std::vector<ClassRows> classes;
  std::unordered_map<int64_t, size_t> index_of;
  for (uint32_t row = 0; row < labels.size(); ++row) {
    const auto [entry, is_new] = index_of.try_emplace(labels[row], classes.size());
    if (is_new) classes.push_back({labels[row], {}});
    classes[entry->second].rows.push_back(row);
  }
  return classes;
}

absl::Status CheckClassSizes(const std::vector<ClassRows>& classes, uint32_t folds) {
  for (const ClassRows& one : classes) {
    if (one.rows.size() < folds) {
      return absl::InvalidArgumentError(
          absl::StrCat("class ", one.label, " has ", one.rows.size(), " rows, fewer than the ",
                       folds, " folds: use fewer folds, k_fold, or leave the class out"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> StratifiedKFold(std::span<const int64_t> labels,
                                                     uint32_t folds,
                                                     std::optional<uint32_t> shuffle_seed) {
  const std::vector<ClassRows> classes = RowsByClass(labels);
  PLEAT_RETURN_IF_ERROR(CheckClassSizes(classes, folds));
  std::optional<NumpyRandomState> random;
  if (shuffle_seed.has_value()) random.emplace(*shuffle_seed);

  std::vector<int32_t> fold_of_row(labels.size());
  size_t first = 0;  // where the class begins among the rows sorted by class
  for (const ClassRows& one : classes) {
    // The sorted rows are dealt round robin, so fold f gets a class's positions p with
    // p % folds == f; counted, and laid out in blocks.
    std::vector<int32_t> fold_of_member;
    for (uint32_t fold = 0; fold < folds; ++fold) {
      const size_t skipped = (fold + folds - first % folds) % folds;
      for (size_t p = skipped; p < one.rows.size(); p += folds) {
        fold_of_member.push_back(static_cast<int32_t>(fold));
      }
    }
    if (random.has_value()) random->Shuffle(std::span(fold_of_member));
    for (size_t i = 0; i < one.rows.size(); ++i) fold_of_row[one.rows[i]] = fold_of_member[i];
    first += one.rows.size();
  }
  return fold_of_row;
}

}  // namespace pleat
