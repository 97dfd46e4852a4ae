#include "coordinator/prune/fold_noise.h"

#include <algorithm>

namespace pleat {
namespace {

constexpr double kAssumedFreedom = 2;
constexpr double kAssumedOfEpochs = 4;

double VarianceOf(const FoldScores& scores) {
  double sum = 0, squares = 0, count = 0;
  for (const std::optional<double>& score : scores) {
    if (score.has_value()) sum += *score, count += 1;
  }
  for (const std::optional<double>& score : scores) {
    if (score.has_value()) squares += (*score - sum / count) * (*score - sum / count);
  }
  return squares / (count - 1);
}

}  // namespace

FoldNoise EstimateFoldNoise(const std::vector<FoldScores>& trials, uint32_t folds,
                            std::optional<double> epoch_variance) {
  if (trials.empty() && !epoch_variance.has_value()) return {};
  double assumed = kAssumedOfEpochs * epoch_variance.value_or(0);
  if (trials.empty()) return {.variance = assumed, .freedom = kAssumedFreedom};
  const double own = VarianceOf(trials[0]);
  assumed = std::clamp(assumed, own / 2, own);
  const TwoWayFit fit = FitTrialsAndFolds(trials, folds);
  return {.variance = (kAssumedFreedom * assumed + fit.squares) / (kAssumedFreedom + fit.freedom),
          .freedom = kAssumedFreedom + fit.freedom};
}

}  // namespace pleat
