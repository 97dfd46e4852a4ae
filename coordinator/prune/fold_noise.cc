#include "coordinator/prune/fold_noise.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

constexpr double kAssumedFreedom = 2;
constexpr double kAssumedOfEpochs = 4;
// Enough for the differences that missing folds make; without any, one is exact.
constexpr int kFoldRounds = 20;

using Scores = std::vector<std::optional<double>>;  // of each fold

std::vector<Scores> PairedScores(const Race& race) {
  std::vector<Scores> all;
  for (uint32_t trial = 0; trial < race.trials.size(); ++trial) {
    if (ScoredFolds(race, trial) < 2) continue;
    Scores& scores = all.emplace_back();
    for (uint32_t fold = 0; fold < race.folds; ++fold) {
      scores.push_back(FinalScore(race, trial, fold));
    }
  }
  return all;
}

double MeanLess(const Scores& scores, const std::vector<double>& effects) {
  double sum = 0;
  int count = 0;
  for (size_t fold = 0; fold < scores.size(); ++fold) {
    if (!scores[fold].has_value()) continue;
    sum += *scores[fold] - effects[fold];
    ++count;
  }
  return sum / count;
}

std::vector<double> FoldEffects(const std::vector<Scores>& trials, uint32_t folds) {
  std::vector<double> effects(folds);
  for (int round = 0; round < kFoldRounds; ++round) {
    std::vector<double> sums(folds);
    std::vector<int> counts(folds);
    for (const Scores& scores : trials) {
      const double mean = MeanLess(scores, effects);
      for (uint32_t fold = 0; fold < folds; ++fold) {
        if (!scores[fold].has_value()) continue;
        sums[fold] += *scores[fold] - mean;
        ++counts[fold];
      }
    }
    for (uint32_t fold = 0; fold < folds; ++fold) {
      effects[fold] = counts[fold] > 0 ? sums[fold] / counts[fold] : 0;
    }
  }
  return effects;
}

double VarianceOf(const Scores& scores) {
  const double mean = MeanLess(scores, std::vector<double>(scores.size()));
  double squares = 0;
  int count = 0;
  for (const std::optional<double>& score : scores) {
    if (!score.has_value()) continue;
    squares += (*score - mean) * (*score - mean);
    ++count;
  }
  return squares / (count - 1);
}

}  // namespace

FoldNoise EstimateFoldNoise(const Race& race, std::optional<double> epoch_variance) {
  const std::vector<Scores> trials = PairedScores(race);
  if (trials.empty() && !epoch_variance.has_value()) return {};
  double assumed = kAssumedOfEpochs * epoch_variance.value_or(0);
  if (trials.empty()) return {.variance = assumed, .freedom = kAssumedFreedom};
  const double own = VarianceOf(trials[0]);
  assumed = std::clamp(assumed, own / 2, own);
  const std::vector<double> effects = FoldEffects(trials, race.folds);
  std::vector<bool> is_known(race.folds);
  double squares = 0, freedom = 1;
  for (const Scores& scores : trials) {
    const double mean = MeanLess(scores, effects);
    freedom -= 1;
    for (uint32_t fold = 0; fold < race.folds; ++fold) {
      if (!scores[fold].has_value()) continue;
      const double noise = *scores[fold] - effects[fold] - mean;
      squares += noise * noise;
      freedom += is_known[fold] ? 1 : 0;
      is_known[fold] = true;
    }
  }
  freedom = std::max(0.0, freedom);
  return {.variance = (kAssumedFreedom * assumed + squares) / (kAssumedFreedom + freedom),
          .freedom = kAssumedFreedom + freedom};
}

}  // namespace pleat
