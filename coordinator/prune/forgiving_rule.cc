#include "coordinator/prune/forgiving_rule.h"

#include "absl/strings/str_format.h"

namespace pleat {

RaceDecision ForgivingRule::Judge(const Race& race, uint32_t trial) {
  const std::optional<double> mean = MeanFinalScore(race, trial);
  const std::optional<uint32_t> best = BestEnded(race);
  if (!mean.has_value() || !best.has_value()) return {};
  std::optional<double> worst;
  uint32_t worst_fold = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) {
    const std::optional<double> score = FinalScore(race, *best, fold);
    if (!score.has_value() || (worst.has_value() && *score >= *worst)) continue;
    worst = score;
    worst_fold = fold;
  }
  if (*mean >= *worst) return {};
  return {
      .stop = true,
      .reason = absl::StrFormat(
          "its mean over %d finished folds is %s; the best trial, %d, has %s on its worst fold, %d",
          ScoredFolds(race, trial), ValueText(race, *mean), *best, ValueText(race, *worst),
          worst_fold)};
}

}  // namespace pleat
