#include "coordinator/search/trial_scores.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace pleat {
namespace {

// Enough for the differences that missing folds make; without any, one is exact.
constexpr int kRounds = 20;

// Mean over the losses there are, less an effect each; nothing if there are none.
std::optional<double> MeanLess(const FoldLosses& losses, const std::vector<double>& effects) {
  double sum = 0;
  int count = 0;
  for (size_t fold = 0; fold < losses.size(); ++fold) {
    if (!losses[fold].has_value()) continue;
    sum += *losses[fold] - effects[fold];
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::vector<const FoldLosses*> BetterHalf(std::span<const FoldLosses> trials) {
  std::vector<std::pair<double, const FoldLosses*>> ranked;
  for (const FoldLosses& losses : trials) {
    const auto mean = MeanLess(losses, std::vector<double>(losses.size()));
    if (mean.has_value()) ranked.emplace_back(*mean, &losses);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const FoldLosses*> better;
  for (size_t i = 0; i < (ranked.size() + 1) / 2; ++i) better.push_back(ranked[i].second);
  return better;
}

// Each fold's difference to the others, of sum 0.
std::vector<double> FoldDifficulty(const std::vector<const FoldLosses*>& trials, size_t folds) {
  std::vector<double> difficulty(folds);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> sums(folds);
    std::vector<int> counts(folds);
    for (const FoldLosses* losses : trials) {
      const double mean = *MeanLess(*losses, difficulty);
      for (size_t fold = 0; fold < folds; ++fold) {
        if (!(*losses)[fold].has_value()) continue;
        sums[fold] += *(*losses)[fold] - mean;
        ++counts[fold];
      }
    }
    double mean = 0;
    for (size_t fold = 0; fold < folds; ++fold) {
      difficulty[fold] = counts[fold] > 0 ? sums[fold] / counts[fold] : 0;
      mean += difficulty[fold] / static_cast<double>(folds);
    }
    for (double& one : difficulty) one -= mean;
  }
  return difficulty;
}

// Variance of the noise of one loss; 0 if there are too few to tell.
double NoiseVariance(const std::vector<const FoldLosses*>& trials,
                     const std::vector<double>& difficulty) {
  double squares = 0;
  double freedom = 1 - static_cast<double>(difficulty.size());
  for (const FoldLosses* losses : trials) {
    const double mean = *MeanLess(*losses, difficulty);
    freedom -= 1;
    for (size_t fold = 0; fold < difficulty.size(); ++fold) {
      if (!(*losses)[fold].has_value()) continue;
      const double noise = *(*losses)[fold] - difficulty[fold] - mean;
      squares += noise * noise;
      freedom += 1;
    }
  }
  return freedom > 0 ? squares / freedom : 0;
}

}  // namespace

std::vector<std::optional<MeanAndError>> ScoreTrials(std::span<const FoldLosses> trials) {
  std::vector<std::optional<MeanAndError>> scores(trials.size());
  if (trials.empty()) return scores;
  const std::vector<const FoldLosses*> better = BetterHalf(trials);
  const std::vector<double> difficulty = FoldDifficulty(better, trials[0].size());
  const double variance = NoiseVariance(better, difficulty);
  for (size_t i = 0; i < trials.size(); ++i) {
    const std::optional<double> mean = MeanLess(trials[i], difficulty);
    if (!mean.has_value()) continue;
    const auto count = std::ranges::count_if(
        trials[i], [](const std::optional<double>& loss) { return loss.has_value(); });
    scores[i] = {.mean = *mean, .standard_error = std::sqrt(variance / static_cast<double>(count))};
  }
  return scores;
}

}  // namespace pleat
