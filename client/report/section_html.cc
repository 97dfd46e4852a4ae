#include "client/report/section_html.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pleat {

std::string SplitTitle(const std::string& split) {
  if (split == "oof") return "Out of fold";
  if (split == "oof_tta") return "Out of fold, TTA";
  if (split == "test") return "Test";
  return split;
}

AxisText MetricForm(const std::string& metric) {
  const bool is_share = metric != "val_loss" && metric != "val_log_loss" && metric != "val_ece";
  return is_share ? AxisText::kPercent : AxisText::kNumber;
}

std::string TrialTitle(const TrialReport& trial) {
  std::string title = absl::StrCat("trial ", trial.trial);
  for (size_t i = 0; i < trial.parameters.size(); ++i) {
    absl::StrAppend(&title, i == 0 ? ": " : " ", trial.parameters[i].first, "=",
                    trial.parameters[i].second);
  }
  return title;
}

std::vector<const TrialReport*> ScoredTrials(const SweepReport& report) {
  std::vector<const TrialReport*> scored;
  for (const TrialReport& trial : report.trials) {
    if (trial.score.has_value() && std::isfinite(*trial.score) && !trial.is_cancelled) {
      scored.push_back(&trial);
    }
  }
  return scored;
}

const TrialReport* BestTrial(const SweepReport& report) {
  const auto best = std::ranges::find_if(report.trials, &TrialReport::is_best);
  return best == report.trials.end() || !best->score.has_value() ? nullptr : &*best;
}

std::vector<size_t> ParametersByImportance(const SweepReport& report) {
  const SweepAnalysis& analysis = report.search.analysis;
  std::vector<size_t> order(analysis.axes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (analysis.importance.has_value()) {
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](size_t i) { return analysis.importance->shares[i]; });
  }
  return order;
}

std::vector<const TrialReport*> ShownTrials(const SweepReport& report) {
  std::vector<const TrialReport*> shown;
  const bool has_members =
      std::ranges::any_of(report.trials, [](const TrialReport& trial) { return trial.weight > 0; });
  for (const TrialReport& trial : report.trials) {
    const bool has_epochs = std::ranges::any_of(
        trial.folds, [](const FoldReport& fold) { return !fold.epochs.empty(); });
    if (has_members ? trial.weight > 0 : has_epochs) shown.push_back(&trial);
  }
  std::ranges::stable_sort(shown, [](const TrialReport* a, const TrialReport* b) {
    return std::pair(a->is_best, a->weight) > std::pair(b->is_best, b->weight);
  });
  return shown;
}

std::vector<ConfusedPair> MostConfused(const SweepReport& report, const SplitReport& split,
                                       size_t most) {
  const size_t classes = report.class_names.size();
  std::vector<ConfusedPair> pairs;
  for (size_t label = 0; label * classes < split.confusion.size(); ++label) {
    const std::span<const uint64_t> row =
        std::span(split.confusion).subspan(label * classes, classes);
    const double rows = static_cast<double>(std::accumulate(row.begin(), row.end(), uint64_t{0}));
    for (size_t predicted = 0; predicted < classes; ++predicted) {
      if (predicted == label || row[predicted] == 0) continue;
      pairs.push_back(
          {label, predicted, row[predicted], static_cast<double>(row[predicted]) / rows});
    }
  }
  std::ranges::stable_sort(pairs, std::ranges::greater(), &ConfusedPair::rows);
  if (pairs.size() > most) pairs.resize(most);
  return pairs;
}

std::vector<size_t> MistakesOfPair(const SplitReport& split, const ConfusedPair& pair) {
  std::vector<size_t> places;
  for (size_t i = 0; i < split.mistakes.size() && places.size() < kShownOfPair; ++i) {
    const MistakeReport& mistake = split.mistakes[i];
    if (mistake.label == static_cast<int64_t>(pair.label) &&
        mistake.predicted == static_cast<int64_t>(pair.predicted)) {
      places.push_back(i);
    }
  }
  return places;
}

}  // namespace pleat
