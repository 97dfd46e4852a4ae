#include "coordinator/prune/two_way_fit.h"

#include <algorithm>

namespace pleat {
namespace {

// Enough for the differences that missing folds make; without any, one is exact.
constexpr int kRounds = 20;

// Mean over a trial's folds without their difficulty.
double MeanLess(const FoldScores& scores, const std::vector<double>& effects) {
  double sum = 0;
  int count = 0;
  for (size_t fold = 0; fold < scores.size(); ++fold) {
    if (!scores[fold].has_value()) continue;
    sum += *scores[fold] - effects[fold];
    ++count;
  }
  return sum / count;
}

std::vector<double> FoldEffects(const std::vector<FoldScores>& trials, uint32_t folds) {
  std::vector<double> effects(folds);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> sums(folds);
    std::vector<int> counts(folds);
    for (const FoldScores& scores : trials) {
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

}  // namespace

TwoWayFit FitTrialsAndFolds(const std::vector<FoldScores>& trials, uint32_t folds) {
  const std::vector<double> effects = FoldEffects(trials, folds);
  std::vector<bool> is_known(folds);
  TwoWayFit fit{.freedom = 1};
  for (const FoldScores& scores : trials) {
    const double mean = MeanLess(scores, effects);
    fit.freedom -= 1;
    for (uint32_t fold = 0; fold < folds; ++fold) {
      if (!scores[fold].has_value()) continue;
      const double rest = *scores[fold] - effects[fold] - mean;
      fit.squares += rest * rest;
      fit.freedom += is_known[fold] ? 1 : 0;
      is_known[fold] = true;
    }
  }
  fit.freedom = std::max(0.0, fit.freedom);
  return fit;
}

}  // namespace pleat
