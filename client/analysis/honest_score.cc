#include "client/analysis/honest_score.h"

#include <algorithm>
#include <utility>

#include "common/base/philox.h"

namespace pleat {
namespace {

constexpr uint32_t kResamples = 1000;

// d(t, k) of one trial, as losses: below 0 where it is better than the winner.
FoldScores LossesTo(const FoldScores& winner, const FoldScores& trial, bool maximize) {
  FoldScores losses(trial.size());
  for (size_t fold = 0; fold < trial.size(); ++fold) {
    if (!trial[fold].has_value() || !winner[fold].has_value()) continue;
    const double difference = *trial[fold] - *winner[fold];
    losses[fold] = maximize ? -difference : difference;
  }
  return losses;
}

// Those of the winner, and of all trials that may be picked: that are better in some fold.
std::vector<FoldScores> Contenders(std::span<const FoldScores> trials, size_t winner,
                                   bool maximize) {
  std::vector<FoldScores> contenders = {LossesTo(trials[winner], trials[winner], maximize)};
  for (const FoldScores& trial : trials) {
    FoldScores losses = LossesTo(trials[winner], trial, maximize);
    const bool may_win = std::ranges::any_of(
        losses, [](const std::optional<double>& loss) { return loss.value_or(0) < 0; });
    if (may_win) contenders.push_back(std::move(losses));
  }
  return contenders;
}

// How often each of the folds is drawn.
std::vector<int> DrawFolds(uint32_t resample, size_t folds) {
  RandomStream stream(/*key=*/0, RandomPurpose::kFoldResampling, resample);
  std::vector<int> draws(folds);
  for (size_t i = 0; i < folds; ++i) ++draws[stream.NextBelow(folds)];
  return draws;
}

// Over the folds that there are, each as often as its weight says.
std::optional<double> WeightedMean(const FoldScores& losses, const std::vector<int>& weights) {
  double sum = 0;
  int count = 0;
  for (size_t fold = 0; fold < losses.size(); ++fold) {
    if (!losses[fold].has_value()) continue;
    sum += weights[fold] * *losses[fold];
    count += weights[fold];
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

// The trial with the least mean loss; the first of equals. Null if none has a fold that was drawn.
const FoldScores* PickBest(const std::vector<FoldScores>& losses, const std::vector<int>& draws) {
  const FoldScores* best = nullptr;
  double least = 0;
  for (const FoldScores& trial : losses) {
    const std::optional<double> mean = WeightedMean(trial, draws);
    if (!mean.has_value() || (best != nullptr && *mean >= least)) continue;
    best = &trial;
    least = *mean;
  }
  return best;
}

}  // namespace

std::optional<HonestScore> EstimateHonestScore(std::span<const FoldScores> trials, size_t winner,
                                               bool maximize) {
  if (trials.size() < 2) return std::nullopt;
  const size_t folds = trials[winner].size();
  const std::optional<double> mean = WeightedMean(trials[winner], std::vector<int>(folds, 1));
  const std::vector<FoldScores> losses = Contenders(trials, winner, maximize);
  double sum = 0;
  int judged = 0;
  for (uint32_t resample = 0; resample < kResamples; ++resample) {
    std::vector<int> weights = DrawFolds(resample, folds);
    const FoldScores* picked = PickBest(losses, weights);
    if (picked == nullptr) continue;
    for (int& weight : weights) weight = weight == 0 ? 1 : 0;
    const std::optional<double> loss = WeightedMean(*picked, weights);
    if (!loss.has_value()) continue;
    sum += *loss;
    ++judged;
  }
  if (judged == 0 || !mean.has_value()) return std::nullopt;
  const double optimism = sum / judged;
  return HonestScore{.score = maximize ? *mean - optimism : *mean + optimism, .optimism = optimism};
}

}  // namespace pleat
