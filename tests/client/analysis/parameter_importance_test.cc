#include "client/analysis/parameter_importance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace pleat {
namespace {

// Trials at even draws of three parameters, scored by a function of their places.
std::vector<ScoredTrial> Draw(int count,
                              const std::function<double(const std::vector<double>&)>& score) {
  std::vector<ScoredTrial> trials;
  for (int i = 0; i < count; ++i) {
    RandomStream stream(11, RandomPurpose::kSearch, i);
    const std::vector<double> x = {stream.NextDouble(), stream.NextDouble(), stream.NextDouble()};
    trials.push_back({.places = {x.begin(), x.end()}, .score = score(x)});
  }
  return trials;
}

TEST(ParameterImportance, VariancesOfATreeAreExact) {
  // 0 for x < 1/2, else 1 for y < 1/2 and 2 beyond: the mean is 3/4.
  const std::vector<TreeLeaf> leaves = {
      {{0, 0}, {0.5, 1}, 0}, {{0.5, 0}, {1, 0.5}, 1}, {{0.5, 0.5}, {1, 1}, 2}};
  EXPECT_DOUBLE_EQ(TotalVariance(leaves), 0.6875);
  EXPECT_DOUBLE_EQ(MarginalVariance(leaves, 0), 0.5625);  // means 0 and 3/2
  EXPECT_DOUBLE_EQ(MarginalVariance(leaves, 1), 0.0625);  // means 1/2 and 1
}

TEST(ParameterImportance, OfASumIsTheSharesOfItsVariance) {
  // Variances 9/12 and 1/12.
  const auto importance =
      EstimateImportance(Draw(300, [](const auto& x) { return 3 * x[0] + x[1]; })).value();
  EXPECT_NEAR(importance.shares[0], 0.9, 0.03);
  EXPECT_NEAR(importance.shares[1], 0.1, 0.03);
  EXPECT_LT(importance.shares[2], 0.005);
  EXPECT_GT(importance.explained, 0.97);
}

TEST(ParameterImportance, LeavesToNoneAloneWhatTwoDoTogether) {
  const auto importance = EstimateImportance(Draw(400, [](const auto& x) {
                            return (x[0] < 0.5) == (x[1] < 0.5) ? 1.0 : 0.0;
                          })).value();
  for (const double share : importance.shares) EXPECT_LT(share, 0.12);
  EXPECT_GT(importance.explained, 0.7);
}

TEST(ParameterImportance, OfNoiseExplainsNothing) {
  RandomStream noise(5, RandomPurpose::kSearch);
  const auto importance =
      EstimateImportance(Draw(100, [&](const auto&) { return noise.NextNormal(); })).value();
  EXPECT_LT(importance.explained, 0.1);
}

TEST(ParameterImportance, SeesWhetherAParameterIsThereAtAll) {
  // y counts for nothing, but trials without it, which are a third, score 1 more.
  std::vector<ScoredTrial> trials = Draw(300, [](const auto& x) { return 0.1 * x[0]; });
  for (size_t i = 0; i < trials.size(); i += 3) {
    trials[i].places[1].reset();
    trials[i].score += 1;
  }
  const auto importance = EstimateImportance(trials).value();
  // Variances 2/9 and 0.01/12.
  EXPECT_GT(importance.shares[1], 0.97);
  EXPECT_LT(importance.shares[0], 0.01);
}

TEST(ParameterImportance, WeighsTheSpaceAndNotTheTrials) {
  // 95 of 100 trials lie where x is good, as those of a search do that has learned.
  std::vector<ScoredTrial> trials = Draw(400, [](const auto&) { return 0.0; });
  for (size_t i = 0; i < trials.size(); ++i) {
    double& x = *trials[i].places[0];
    if (i % 10 != 0) x = 0.5 + x / 2;
    trials[i].score = (x < 0.5 ? 1.0 : 0.0) + *trials[i].places[1];
  }
  // Variances over the space: 1/4 and 1/12. Over the trials it would be 0.05 and 1/12.
  const auto importance = EstimateImportance(trials).value();
  EXPECT_NEAR(importance.shares[0], 0.75, 0.05);
  EXPECT_NEAR(importance.shares[1], 0.25, 0.05);
}

TEST(ParameterImportance, LooksAtSomeOfVeryMany) {
  const std::vector<ScoredTrial> trials = Draw(3000, [](const auto& x) { return 3 * x[0] + x[1]; });
  std::vector<ScoredTrial> some;
  for (size_t i = 0; i < trials.size(); i += 3) some.push_back(trials[i]);
  EXPECT_EQ(EstimateImportance(trials)->shares, EstimateImportance(some)->shares);
}

TEST(ParameterImportance, SaysNothingOfFewTrialsOrEqualScores) {
  EXPECT_FALSE(EstimateImportance(Draw(3, [](const auto& x) { return x[0]; })).has_value());
  EXPECT_TRUE(EstimateImportance(Draw(4, [](const auto& x) { return x[0]; })).has_value());
  EXPECT_FALSE(EstimateImportance(Draw(50, [](const auto&) { return 0.25; })).has_value());
}

}  // namespace
}  // namespace pleat
