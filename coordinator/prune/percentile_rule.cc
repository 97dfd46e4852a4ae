#include "coordinator/prune/percentile_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace pleat {
namespace {

// The best of a fold's first `epochs` scores; minus infinity if none is finite.
double BestOf(const FoldCurve& curve, size_t epochs) {
  double best = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < epochs; ++i) {
    if (std::isfinite(curve.scores[i])) best = std::max(best, curve.scores[i]);
  }
  return best;
}

// Mean over the folds that `trial` has come to of the best of `other` after as many epochs; nothing
// if `other` has not come as far.
std::optional<double> MeanOfBest(const RacingTrial& trial, const RacingTrial& other) {
  double sum = 0;
  uint32_t folds = 0;
  for (size_t fold = 0; fold < trial.folds.size(); ++fold) {
    const size_t epochs = trial.folds[fold].scores.size();
    if (epochs == 0 || trial.folds[fold].has_failed) continue;
    if (other.folds[fold].scores.size() < epochs) return std::nullopt;
    sum += BestOf(other.folds[fold], epochs);
    ++folds;
  }
  if (folds == 0) return std::nullopt;
  return sum / folds;
}

// Epochs since the best one.
size_t EpochsWithoutProgress(const FoldCurve& curve) {
  const auto best = std::ranges::max_element(curve.scores);
  return curve.scores.end() - best - 1;
}

}  // namespace

RaceDecision PercentileRule::Judge(const Race& race, uint32_t trial) {
  if (!IsDue(race, trial)) return {};
  const RacingTrial& mine = race.trials[trial];
  const std::optional<double> score = MeanOfBest(mine, mine);
  if (!score.has_value()) return {};
  std::vector<double> others;
  for (uint32_t other = 0; other < race.trials.size(); ++other) {
    if (other == trial) continue;
    const std::optional<double> value = MeanOfBest(mine, race.trials[other]);
    if (value.has_value()) others.push_back(*value);
  }
  if (others.empty() || others.size() < settings_.startup_trials) return {};
  const auto better = std::ranges::count_if(others, [&](double value) { return value > *score; });
  const double kept = settings_.keep_percent / 100 * static_cast<double>(others.size());
  if (static_cast<double>(better) < kept) return {};
  return {.stop = true,
          .reason = absl::StrFormat(
              "%d of the %d trials that came as far had better than its %s on the same folds, and "
              "the best %g %% go on",
              better, others.size(), ValueText(race, *score), settings_.keep_percent)};
}

bool PercentileRule::IsDue(const Race& race, uint32_t trial) const {
  size_t longest = 0;
  for (const FoldCurve& curve : race.trials[trial].folds) {
    longest = std::max(longest, curve.scores.size());
    const bool is_open = !curve.scores.empty() && !HasCome(curve, race.epochs);
    if (is_open && EpochsWithoutProgress(curve) < settings_.patience) return false;
  }
  return longest > settings_.warmup_epochs;
}

}  // namespace pleat
