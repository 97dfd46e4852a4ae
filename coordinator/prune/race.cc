#include "coordinator/prune/race.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_format.h"

namespace pleat {

bool IsOpen(const RacingTrial& trial) {
  return trial.phase == RacingTrial::Phase::kRunning || trial.phase == RacingTrial::Phase::kWaiting;
}

bool HasCome(const FoldCurve& curve, uint32_t epochs) {
  return curve.has_failed || curve.scores.size() >= epochs;
}

bool IsOver(const Race& race, uint32_t trial, uint32_t fold) {
  return HasCome(race.trials[trial].folds[fold], race.epochs);
}

bool AreAllOver(const Race& race, uint32_t trial) {
  return std::ranges::all_of(race.trials[trial].folds,
                             [&](const FoldCurve& curve) { return HasCome(curve, race.epochs); });
}

std::optional<double> FinalScore(const Race& race, uint32_t trial, uint32_t fold) {
  const FoldCurve& curve = race.trials[trial].folds[fold];
  if (curve.has_failed || curve.scores.empty() || curve.scores.size() < race.epochs) {
    return std::nullopt;
  }
  if (!std::isfinite(curve.scores.back())) return std::nullopt;
  return curve.scores.back();
}

std::vector<uint32_t> FinishedFolds(const Race& race, uint32_t trial) {
  std::vector<uint32_t> finished;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    if (FinalScore(race, trial, fold).has_value()) finished.push_back(fold);
  }
  return finished;
}

uint64_t EpochsTaken(const Race& race, uint32_t trial) {
  uint64_t epochs = 0;
  for (const FoldCurve& curve : race.trials[trial].folds) epochs += curve.scores.size();
  return epochs;
}

uint32_t ScoredFolds(const Race& race, uint32_t trial) {
  uint32_t count = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    count += FinalScore(race, trial, fold).has_value() ? 1 : 0;
  }
  return count;
}

std::optional<double> MeanFinalScore(const Race& race, uint32_t trial) {
  const uint32_t count = ScoredFolds(race, trial);
  if (count == 0) return std::nullopt;
  double sum = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    sum += FinalScore(race, trial, fold).value_or(0);
  }
  return sum / count;
}

double MeanScoreAfter(const Race& race, uint32_t trial, uint32_t epochs) {
  double sum = 0;
  uint32_t count = 0;
  for (const FoldCurve& curve : race.trials[trial].folds) {
    if (curve.scores.size() < epochs || !std::isfinite(curve.scores[epochs - 1])) continue;
    sum += curve.scores[epochs - 1];
    ++count;
  }
  return 2 * count < race.folds ? -std::numeric_limits<double>::infinity() : sum / count;
}

std::optional<uint32_t> BestEnded(const Race& race) {
  std::optional<uint32_t> best;
  double highest = 0;
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) {
    if (race.trials[trial].phase != RacingTrial::Phase::kEnded) continue;
    if (2 * ScoredFolds(race, trial) < race.folds) continue;
    const std::optional<double> mean = MeanFinalScore(race, trial);
    if (!mean.has_value() || (best.has_value() && *mean <= highest)) continue;
    best = trial;
    highest = *mean;
  }
  return best;
}

std::string ValueText(const Race& race, double score) {
  return absl::StrFormat("%.4g", race.ValueOf(score));
}

}  // namespace pleat
