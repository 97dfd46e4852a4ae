#include "client/analysis/honest_score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "common/base/philox.h"

namespace pleat {
namespace {

// Losses of a trial, and of its folds with noise of deviation 1 and a difficulty that all share.
std::vector<FoldScores> DrawTrials(uint32_t seed, const std::vector<double>& losses, size_t folds) {
  RandomStream stream(seed, RandomPurpose::kSearch);
  std::vector<double> difficulty(folds);
  for (double& one : difficulty) one = 3 * stream.NextNormal();
  std::vector<FoldScores> trials;
  for (const double loss : losses) {
    FoldScores& trial = trials.emplace_back();
    for (const double one : difficulty) trial.push_back(loss + one + stream.NextNormal());
    // The difficulties' own mean would only blur what is measured.
    double mean = 0;
    for (const double one : difficulty) mean += one / static_cast<double>(folds);
    for (std::optional<double>& score : trial) *score -= mean;
  }
  return trials;
}

double MeanOf(const FoldScores& trial) {
  double mean = 0;
  for (const std::optional<double>& score : trial)
    mean += *score / static_cast<double>(trial.size());
  return mean;
}

size_t BestOf(const std::vector<FoldScores>& trials) {
  return std::ranges::min_element(trials, {}, MeanOf) - trials.begin();
}

struct Errors {
  double plain = 0;  // of the winner's mean, against what it is worth
  double honest = 0;
};

Errors Simulate(const std::vector<double>& losses, size_t folds, int runs) {
  Errors errors;
  for (int run = 0; run < runs; ++run) {
    const std::vector<FoldScores> trials = DrawTrials(run, losses, folds);
    const size_t winner = BestOf(trials);
    errors.plain += (MeanOf(trials[winner]) - losses[winner]) / runs;
    errors.honest +=
        (EstimateHonestScore(trials, winner, /*maximize=*/false)->score - losses[winner]) / runs;
  }
  return errors;
}

TEST(HonestScore, IsUnbiasedWhereAllTrialsAreEqual) {
  // The least of 10 standard normals is -1.5388 on average, over the root of the folds here.
  for (const size_t folds : {3, 5, 8}) {
    const Errors errors = Simulate(std::vector<double>(10, 0.0), folds, 1000);
    EXPECT_NEAR(errors.plain, -1.5388 / std::sqrt(folds), 0.04) << folds;
    EXPECT_NEAR(errors.honest, 0, 0.05) << folds;
  }
}

TEST(HonestScore, TakesNothingFromATrialThatIsClearlyBest) {
  std::vector<double> losses(10, 0.0);
  losses[3] = -20;
  const std::vector<FoldScores> trials = DrawTrials(1, losses, 5);
  const HonestScore honest = EstimateHonestScore(trials, 3, /*maximize=*/false).value();
  EXPECT_EQ(honest.optimism, 0);
  EXPECT_DOUBLE_EQ(honest.score, MeanOf(trials[3]));
}

TEST(HonestScore, IsCarefulInBetween) {
  std::vector<double> losses;
  for (int i = 0; i < 10; ++i) losses.push_back(0.2 * i);
  const Errors errors = Simulate(losses, 5, 1000);
  EXPECT_LT(errors.plain, -0.25);
  EXPECT_GT(errors.honest, -0.05);
  EXPECT_LT(errors.honest, -errors.plain) << "nearer to the truth than the plain mean";
}

TEST(HonestScore, TurnsForMetricsThatAreMaximized) {
  std::vector<FoldScores> trials = DrawTrials(7, std::vector<double>(6, 0.0), 4);
  const size_t winner = BestOf(trials);
  const HonestScore loss = EstimateHonestScore(trials, winner, /*maximize=*/false).value();
  EXPECT_GT(loss.optimism, 0);
  for (FoldScores& trial : trials) {
    for (std::optional<double>& score : trial) score = -*score;
  }
  const HonestScore gain = EstimateHonestScore(trials, winner, /*maximize=*/true).value();
  EXPECT_DOUBLE_EQ(gain.optimism, loss.optimism);
  EXPECT_DOUBLE_EQ(gain.score, -loss.score);
}

TEST(HonestScore, LetsTrialsTakePartThatLackFolds) {
  // Alone in an easy fold, trial 1 is no better than the winner there.
  const std::vector<FoldScores> trials = {{1.0, 5.0, 6.0}, {1.5, std::nullopt, std::nullopt}};
  const HonestScore honest = EstimateHonestScore(trials, 0, /*maximize=*/false).value();
  EXPECT_EQ(honest.optimism, 0);
  EXPECT_EQ(honest.score, 4);
}

TEST(HonestScore, SaysNothingWhereThereWasNoChoiceOrNoFoldToJudge) {
  EXPECT_FALSE(EstimateHonestScore(std::vector<FoldScores>{{1.0, 2.0}}, 0, false).has_value());
  EXPECT_FALSE(EstimateHonestScore(std::vector<FoldScores>{{1.0}, {2.0}}, 0, false).has_value());
  const std::vector<FoldScores> apart = {{1.0, std::nullopt}, {std::nullopt, 2.0}};
  EXPECT_FALSE(EstimateHonestScore(apart, 0, false).has_value());
}

}  // namespace
}  // namespace pleat
