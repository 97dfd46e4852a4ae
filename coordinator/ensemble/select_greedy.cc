#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "coordinator/ensemble/selection.h"

namespace pleat {
namespace {

// The blend of the trials added so far, and what its loss would be with one more.
class GrowingBlend {
 public:
  GrowingBlend(std::vector<size_t> rows, std::span<const int64_t> labels, int64_t classes,
               Blend blend)
      : rows_(std::move(rows)),
        labels_(labels),
        classes_(classes),
        blend_(blend),
        sums_(labels.size() * classes),
        counts_(labels.size()) {}

  void Add(const TrialOutOfFold& trial) {
    for (const size_t row : rows_) {
      if (!trial.has_row[row]) continue;
      ++counts_[row];
      for (int64_t c = 0; c < classes_; ++c) {
        sums_[row * classes_ + c] += trial.predictions[row * classes_ + c];
      }
    }
  }

  double LogLossWith(const TrialOutOfFold& trial) const {
    double sum = 0;
    for (const size_t row : rows_) {
      sum -= std::log(std::clamp(LabelProbability(trial, row), 1e-15, 1.0));
    }
    return sum / static_cast<double>(rows_.size());
  }

 private:
  double LabelProbability(const TrialOutOfFold& trial, size_t row) const {
    const bool has_row = trial.has_row[row];
    const double count = counts_[row] + (has_row ? 1 : 0);
    if (count == 0) return 1.0 / static_cast<double>(classes_);
    const auto mean = [&](int64_t c) {
      const size_t cell = row * classes_ + c;
      return (sums_[cell] + (has_row ? trial.predictions[cell] : 0.0)) / count;
    };
    const double label = mean(labels_[row]);
    if (blend_ == Blend::kMeanProbability) return label;
    double normalizer = 0;
    for (int64_t c = 0; c < classes_; ++c) normalizer += std::exp(mean(c) - label);
    return 1.0 / normalizer;
  }

  std::vector<size_t> rows_;  // those that take part
  std::span<const int64_t> labels_;
  int64_t classes_;
  Blend blend_;
  std::vector<double> sums_;  // [rows, classes]
  std::vector<double> counts_;
};

std::vector<size_t> RowsThatSomebodyHas(std::span<const TrialOutOfFold> trials, size_t rows) {
  std::vector<size_t> found;
  for (size_t row = 0; row < rows; ++row) {
    const bool has_row = std::ranges::any_of(
        trials, [&](const TrialOutOfFold& trial) { return trial.has_row[row]; });
    if (has_row) found.push_back(row);
  }
  return found;
}

}  // namespace

Selection SelectGreedy(std::span<const TrialOutOfFold> trials, std::span<const int64_t> labels,
                       int64_t classes, Blend blend, uint32_t rounds) {
  GrowingBlend grown(RowsThatSomebodyHas(trials, labels.size()), labels, classes, blend);
  std::vector<uint32_t> counts(trials.size()), best_counts;
  uint32_t best_round = 0;
  double first_loss = 0, best_loss = std::numeric_limits<double>::infinity();
  for (uint32_t round = 1; round <= rounds; ++round) {
    size_t chosen = 0;
    double loss = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < trials.size(); ++i) {
      const double loss_with = grown.LogLossWith(trials[i]);
      if (loss_with < loss) chosen = i, loss = loss_with;
    }
    grown.Add(trials[chosen]);
    ++counts[chosen];
    if (round == 1) first_loss = loss;
    if (round == 1 || loss < best_loss) best_counts = counts, best_loss = loss, best_round = round;
  }

  Selection selection;
  for (size_t i = 0; i < trials.size(); ++i) {
    if (best_counts[i] == 0) continue;
    selection.trials.push_back({trials[i].trial, static_cast<double>(best_counts[i]) / best_round});
  }
  selection.reason = absl::StrCat("greedy: round ", best_round, " of ", rounds,
                                  " has the lowest out-of-fold log loss, ", best_loss, ", against ",
                                  first_loss, " of the best trial alone");
  return selection;
}

}  // namespace pleat
