#include "common/folds/stratified_group_k_fold.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "common/base/status_macros.h"
#include "common/folds/numpy_statistics.h"
#include "common/folds/split_checks.h"
#include "common/folds/unique.h"

namespace pleat {
namespace {

// Rows of each class that has any; whole numbers, so that sums of them are exact.
using ClassCounts = std::map<uint32_t, double>;

std::vector<ClassCounts> CountClasses(const Unique<int64_t>& groups,
                                      const Unique<int64_t>& labels) {
  std::vector<ClassCounts> counts(groups.values.size());
  for (size_t row = 0; row < groups.index.size(); ++row) {
    ++counts[groups.index[row]][labels.index[row]];
  }
  return counts;
}

std::vector<double> ClassSizes(const Unique<int64_t>& labels) {
  std::vector<double> sizes(labels.values.size());
  for (const uint32_t label : labels.index) ++sizes[label];
  return sizes;
}

// Groups by descending standard deviation of their class counts.
std::vector<uint32_t> MostUnevenFirst(const std::vector<ClassCounts>& counts, size_t classes,
                                      NumpyRandomState* random) {
  std::vector<double> unevenness;
  std::vector<double> of_all_classes(classes);
  for (const ClassCounts& group : counts) {
    std::ranges::fill(of_all_classes, 0);
    for (const auto& [label, rows] : group) of_all_classes[label] = rows;
    unevenness.push_back(NumpyStd(of_all_classes));
  }
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
  FillingFolds(uint32_t folds, std::vector<double> class_sizes)
      : class_sizes_(std::move(class_sizes)),
        rows_(folds),
        counts_(class_sizes_.size(), std::vector<double>(folds)),
        shares_(counts_),
        spreads_(class_sizes_.size()) {}

  // Puts a group where it fits best, and says where.
  uint32_t Add(const ClassCounts& group) {
    const uint32_t fold = FindBestFold(group);
    for (const auto& [label, rows] : group) {
      counts_[label][fold] += rows;
      shares_[label][fold] = counts_[label][fold] / class_sizes_[label];
      spreads_[label] = Spread(label);
      rows_[fold] += rows;
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

  // Standard deviation over the folds of a class's shares.
  double Spread(uint32_t label) const {
    // A matrix of one column lies side by side.
    return shares_.size() == 1 ? NumpyStd(shares_[label]) : NumpyStridedStd(shares_[label]);
  }

  // Mean over the classes of their spreads, if `fold` had the group. Only the group's own classes
  // differ from what is there.
  double SpreadWith(const ClassCounts& group, uint32_t fold) {
    std::vector<double> spreads = spreads_;
    for (const auto& [label, rows] : group) {
      double& share = shares_[label][fold];
      const double before =
          std::exchange(share, (counts_[label][fold] + rows) / class_sizes_[label]);
      spreads[label] = Spread(label);
      share = before;
    }
    return NumpySum(spreads) / static_cast<double>(spreads.size());
  }

  const std::vector<double> class_sizes_;
  std::vector<double> rows_;                 // [folds]
  std::vector<std::vector<double>> counts_;  // [classes][folds]
  std::vector<std::vector<double>> shares_;  // counts / size of the class
  std::vector<double> spreads_;              // [classes]: of the shares
};

}  // namespace

absl::StatusOr<std::vector<int32_t>> StratifiedGroupKFold(std::span<const int64_t> labels,
                                                          std::span<const int64_t> groups,
                                                          uint32_t folds,
                                                          NumpyRandomState* random) {
  PLEAT_RETURN_IF_ERROR(CheckClassSizes(labels, folds));
  const Unique<int64_t> unique_groups = FindUnique(groups);
  PLEAT_RETURN_IF_ERROR(CheckGroupCount(unique_groups.values.size(), folds));

  const Unique<int64_t> unique_labels = FindUnique(labels);
  const std::vector<ClassCounts> counts = CountClasses(unique_groups, unique_labels);
  FillingFolds filling(folds, ClassSizes(unique_labels));
  std::vector<int32_t> fold_of_group(counts.size());
  for (const uint32_t group : MostUnevenFirst(counts, unique_labels.values.size(), random)) {
    fold_of_group[group] = static_cast<int32_t>(filling.Add(counts[group]));
  }
  std::vector<int32_t> fold_of_row;
  fold_of_row.reserve(groups.size());
  for (const uint32_t group : unique_groups.index) fold_of_row.push_back(fold_of_group[group]);
  return fold_of_row;
}

}  // namespace pleat
