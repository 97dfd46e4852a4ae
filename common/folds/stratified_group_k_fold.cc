#include "common/folds/stratified_group_k_fold.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "common/base/status_macros.h"
#include "common/folds/numpy_statistics.h"
#include "common/folds/split_checks.h"
#include "common/folds/unique.h"

namespace pleat {
namespace {

// Rows of each class; whole numbers, so that sums of them are exact.
using ClassCounts = std::vector<double>;

std::vector<ClassCounts> CountClasses(const Unique<int64_t>& groups,
                                      const Unique<int64_t>& labels) {
  std::vector<ClassCounts> counts(groups.values.size(), ClassCounts(labels.values.size()));
  for (size_t row = 0; row < groups.index.size(); ++row) {
    ++counts[groups.index[row]][labels.index[row]];
  }
  return counts;
}

ClassCounts Total(const std::vector<ClassCounts>& counts) {
  ClassCounts total(counts.front().size());
  for (const ClassCounts& one : counts) {
    for (size_t c = 0; c < total.size(); ++c) total[c] += one[c];
  }
  return total;
}

// Groups by descending standard deviation of their class counts.
std::vector<uint32_t> MostUnevenFirst(const std::vector<ClassCounts>& counts,
                                      NumpyRandomState* random) {
  std::vector<double> unevenness;
  for (const ClassCounts& group : counts) unevenness.push_back(NumpyStd(group));
  std::vector<uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0u);
  if (random != nullptr) random->Shuffle(std::span(order));
  std::ranges::stable_sort(order, std::ranges::greater(),
                           [&](uint32_t group) { return unevenness[group]; });
  return order;
}

// The folds as they fill up.
class FillingFolds {
 public:
  FillingFolds(uint32_t folds, ClassCounts class_sizes)
      : class_sizes_(std::move(class_sizes)),
        rows_(folds),
        counts_(class_sizes_.size(), std::vector<double>(folds)),
        shares_(counts_) {}

  // Puts a group where it fits best, and says where.
  uint32_t Add(const ClassCounts& group) {
    const uint32_t fold = FindBestFold(group);
    for (size_t c = 0; c < group.size(); ++c) {
      counts_[c][fold] += group[c];
      shares_[c][fold] = counts_[c][fold] / class_sizes_[c];
      rows_[fold] += group[c];
    }
    return fold;
  }

 private:
  uint32_t FindBestFold(const ClassCounts& group) {
    constexpr double kNone = std::numeric_limits<double>::infinity();
    uint32_t best = 0;
    double least_spread = kNone, fewest_rows = kNone;
    for (uint32_t fold = 0; fold < rows_.size(); ++fold) {
      const double spread = SpreadWith(group, fold);
      const bool is_better = spread < least_spread ||
                             (NumpyIsClose(spread, least_spread) && rows_[fold] < fewest_rows);
      if (!is_better) continue;
      best = fold;
      least_spread = spread;
      fewest_rows = rows_[fold];
    }
    return best;
  }

  // Mean over the classes of the standard deviation of their shares over the folds, if `fold` had
  // the group.
  double SpreadWith(const ClassCounts& group, uint32_t fold) {
    std::vector<double> spread_of_class;
    for (size_t c = 0; c < group.size(); ++c) {
      std::vector<double>& shares = shares_[c];
      const double share = shares[fold];
      shares[fold] = (counts_[c][fold] + group[c]) / class_sizes_[c];
      // A matrix of one column lies side by side.
      spread_of_class.push_back(group.size() == 1 ? NumpyStd(shares) : NumpyStridedStd(shares));
      shares[fold] = share;
    }
    return NumpySum(spread_of_class) / static_cast<double>(spread_of_class.size());
  }

  const ClassCounts class_sizes_;
  std::vector<double> rows_;                 // [folds]
  std::vector<std::vector<double>> counts_;  // [classes][folds]
  std::vector<std::vector<double>> shares_;  // counts / size of the class
};

}  // namespace

absl::StatusOr<std::vector<int32_t>> StratifiedGroupKFold(std::span<const int64_t> labels,
                                                          std::span<const int64_t> groups,
                                                          uint32_t folds,
                                                          NumpyRandomState* random) {
  PLEAT_RETURN_IF_ERROR(CheckClassSizes(labels, folds));
  const Unique<int64_t> unique_groups = FindUnique(groups);
  PLEAT_RETURN_IF_ERROR(CheckGroupCount(unique_groups.values.size(), folds));

  const std::vector<ClassCounts> counts = CountClasses(unique_groups, FindUnique(labels));
  FillingFolds filling(folds, Total(counts));
  std::vector<int32_t> fold_of_group(counts.size());
  for (const uint32_t group : MostUnevenFirst(counts, random)) {
    fold_of_group[group] = static_cast<int32_t>(filling.Add(counts[group]));
  }
  std::vector<int32_t> fold_of_row;
  fold_of_row.reserve(groups.size());
  for (const uint32_t group : unique_groups.index) fold_of_row.push_back(fold_of_group[group]);
  return fold_of_row;
}

}  // namespace pleat
