#include "coordinator/search/gp_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#include "common/base/philox.h"
#include "coordinator/search/gp_features.h"

namespace pleat {
namespace {

using GpOutcome = CubeTrial::Outcome;
using Loss = std::function<double(const CubePoint&)>;

double Bowl(const CubePoint& point) { return std::pow(*point[0] - 0.3, 2); }

// Scored trials at random points.
std::vector<CubeTrial> RandomTrials(std::span<const CubeDimension> dimensions, uint32_t count,
                                    const Loss& loss) {
  std::vector<CubeTrial> trials;
  for (uint32_t i = 0; i < count; ++i) {
    RandomStream random(9, RandomPurpose::kSearch, i);
    std::vector<double> coordinates;
    for (size_t d = 0; d < dimensions.size(); ++d) coordinates.push_back(random.NextDouble());
    CubePoint point = CubePointAt(dimensions, coordinates);
    const double value = loss(point);
    trials.push_back({.point = std::move(point), .outcome = GpOutcome::kScored, .loss = value});
  }
  return trials;
}

// The best loss of a search, one trial after another.
double BestOf(std::span<const CubeDimension> dimensions, uint32_t count, uint64_t seed,
              const Loss& loss) {
  std::vector<CubeTrial> trials;
  double best = std::numeric_limits<double>::infinity();
  for (uint32_t i = 0; i < count; ++i) {
    CubePoint point = SuggestGp(dimensions, trials, {}, seed, i).point;
    best = std::min(best, loss(point));
    trials.push_back({.point = point, .outcome = GpOutcome::kScored, .loss = loss(point)});
  }
  return best;
}

TEST(GpFeatures, ImputeWhatDoesNotExistAndSaySo) {
  std::vector<CubeDimension> dimensions = {{.cells = 2, .is_category = true}, {}, {}, {}};
  dimensions[1].parents = dimensions[2].parents = {{.dimension = 0, .cells = {1}}};
  dimensions[3].parents = {{.dimension = 0, .cells = {0}}};
  const GpFeatures features(dimensions);
  EXPECT_EQ(features.is_category(), (std::vector<bool>{true, false, false, false, true, true}));
  Eigen::VectorXd expected(6);
  expected << 1, 0.2, 0.9, 0.5, 1, 0;
  EXPECT_EQ(features.Of({0.75, 0.2, 0.9, std::nullopt}), expected);
}

TEST(GpSampler, SpreadsItsStartup) {
  const std::vector<CubeDimension> dimensions(2);
  std::set<int> slices;
  for (uint32_t trial = 0; trial < 10; ++trial) {
    const GpSuggestion suggestion = SuggestGp(dimensions, {}, {}, 7, trial);
    EXPECT_EQ(suggestion.trials, 0u);
    slices.insert(static_cast<int>(*suggestion.point[1] * 10));
  }
  EXPECT_EQ(slices.size(), 10u);
}

TEST(GpSampler, ComesToTheBottomOfABowl) {
  const std::vector<CubeDimension> dimensions(1);
  const GpSuggestion suggestion =
      SuggestGp(dimensions, RandomTrials(dimensions, 12, Bowl), {}, 1, 12);
  EXPECT_TRUE(suggestion.problem.ok()) << suggestion.problem;
  EXPECT_NEAR(*suggestion.point[0], 0.3, 0.02);
  EXPECT_EQ(suggestion.trials, 12u);
  EXPECT_NEAR(suggestion.loss, 0, 0.001);
  EXPECT_GT(suggestion.improvement, 0);
  EXPECT_LT(suggestion.improvement, 0.001);
  EXPECT_NEAR(suggestion.best, 0, 0.01);
}

TEST(GpSampler, FindsBraninsMinimumFromEverySeed) {
  const std::vector<CubeDimension> dimensions(2);
  const Loss branin = [](const CubePoint& point) {
    const double x = 15 * *point[0] - 5, y = 15 * *point[1];
    return std::pow(y - 5.1 / (4 * M_PI * M_PI) * x * x + 5 / M_PI * x - 6, 2) +
           10 * (1 - 1 / (8 * M_PI)) * std::cos(x) + 10;
  };
  // The minimum is 0.39789; the best of 35 random points is above 1 in most cases.
  for (uint64_t seed = 0; seed < 4; ++seed) EXPECT_LT(BestOf(dimensions, 35, seed, branin), 0.45);
}

TEST(GpSampler, FindsTheBestOfAConditionalSpace) {
  // Arms of a category: only the second has the coordinate by which it is the better one.
  std::vector<CubeDimension> dimensions = {{.cells = 3, .is_category = true}, {}, {.cells = 40}};
  dimensions[1].parents = {{.dimension = 0, .cells = {1}}};
  const Loss loss = [](const CubePoint& point) {
    const double shared = std::pow(*point[2] - 0.7, 2);
    return shared + (point[1].has_value() ? std::pow(*point[1] - 0.2, 2) : 0.1);
  };
  for (uint64_t seed = 0; seed < 4; ++seed) EXPECT_LT(BestOf(dimensions, 30, seed, loss), 0.003);
}

TEST(GpSampler, SuggestsTheSameInEveryThreadAndOtherwiseWithAnotherSeed) {
  const std::vector<CubeDimension> dimensions(3);
  std::vector<CubeTrial> trials =
      RandomTrials(dimensions, 40, [](const auto& x) { return Bowl(x) + std::pow(*x[1], 4); });
  for (size_t i = 36; i < 40; ++i) trials[i].outcome = GpOutcome::kRunning;
  std::vector<CubePoint> points(4);
  std::vector<std::thread> threads;
  for (CubePoint& point : points) {
    threads.emplace_back([&] { point = SuggestGp(dimensions, trials, {}, 1, 40).point; });
  }
  for (std::thread& thread : threads) thread.join();
  for (const CubePoint& point : points) EXPECT_EQ(point, points[0]);
  EXPECT_NE(SuggestGp(dimensions, trials, {}, 2, 40).point, points[0]);
}

TEST(GpSampler, LeavesAPlaceToTheTrialsThatRunThere) {
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials =
      RandomTrials(dimensions, 12, [](const auto& x) { return std::sin(12 * *x[0]); });
  const GpSuggestion alone = SuggestGp(dimensions, trials, {}, 1, 12);
  trials.push_back({.point = alone.point, .outcome = GpOutcome::kRunning});
  const GpSuggestion beside = SuggestGp(dimensions, trials, {}, 1, 13);
  EXPECT_EQ(beside.running, 1u);
  EXPECT_GT(std::abs(*beside.point[0] - *alone.point[0]), 0.01);
  EXPECT_LT(beside.improvement, alone.improvement);
}

TEST(GpSampler, KeepsAwayFromWhereTrialsFail) {
  const std::vector<CubeDimension> dimensions(2);
  std::vector<CubeTrial> trials = RandomTrials(dimensions, 30, Bowl);
  for (CubeTrial& trial : trials) {
    if (*trial.point[0] < 0.45) trial.outcome = GpOutcome::kFailed;
  }
  const GpSuggestion suggestion = SuggestGp(dimensions, trials, {}, 1, 30);
  EXPECT_GT(suggestion.failed, 5u);
  EXPECT_GT(*suggestion.point[0], 0.4);
  for (CubeTrial& trial : trials) trial.outcome = GpOutcome::kFailed;
  EXPECT_EQ(SuggestGp(dimensions, trials, {}, 1, 30).trials, 0u);
}

TEST(GpSampler, TrustsALeadWithinTheErrorsLess) {
  // One trial leads at 0.9 against all its neighbours.
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = RandomTrials(dimensions, 40, Bowl);
  trials.push_back({.point = {0.9}, .outcome = GpOutcome::kScored, .loss = -0.1});
  for (CubeTrial& trial : trials) trial.error = 0.001;
  EXPECT_NEAR(*SuggestGp(dimensions, trials, {}, 1, 41).point[0], 0.9, 0.05);
  for (CubeTrial& trial : trials) trial.error = 0.2;
  EXPECT_LT(*SuggestGp(dimensions, trials, {}, 1, 41).point[0], 0.7);
}

TEST(GpSampler, TriesWhatMayBeAndHasNotBeenTried) {
  const std::vector<CubeDimension> dimensions = {{.cells = 12}, {.cells = 2, .is_category = true}};
  std::vector<CubeTrial> trials;
  for (uint64_t i = 0; i < 11; ++i) {
    trials.push_back({.point = {CubeMiddleOfCell(dimensions[0], i), 0.25},
                      .outcome = GpOutcome::kScored,
                      .loss = 11.0 - static_cast<double>(i)});
  }
  const CubeFilter first_category = [](const CubePoint& point) { return *point[1] == 0.25; };
  for (int seed = 0; seed < 5; ++seed) {
    const CubePoint point = SuggestGp(dimensions, trials, {}, seed, 11, first_category).point;
    EXPECT_EQ(CubeCell(dimensions[0], *point[0]), 11u);
    EXPECT_EQ(*point[1], 0.25);
  }
}

TEST(GpSampler, SuggestsSomethingWhereAllHasBeenTriedOrIsAlike) {
  const std::vector<CubeDimension> one_cell = {{.cells = 1, .is_category = true}};
  const std::vector<CubeTrial> trials(
      20, {.point = {0.5}, .outcome = GpOutcome::kScored, .loss = 1, .error = 0.1});
  EXPECT_EQ(SuggestGp(one_cell, trials, {}, 1, 20).point, CubePoint{0.5});
  const std::vector<CubeDimension> dimensions(2);
  const std::vector<CubeTrial> equal =
      RandomTrials(dimensions, 20, [](const CubePoint&) { return 0.25; });
  const GpSuggestion suggestion = SuggestGp(dimensions, equal, {}, 1, 20);
  EXPECT_TRUE(suggestion.problem.ok()) << suggestion.problem;
  EXPECT_NEAR(suggestion.loss, 0.25, 1e-6);
  EXPECT_TRUE(std::isfinite(suggestion.improvement));
}

TEST(GpSampler, CopesWithHugeLossesAndErrors) {
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = RandomTrials(dimensions, 20, Bowl);
  trials[3].loss = std::numeric_limits<double>::max();
  trials[4].loss = 1e200;
  trials[5].error = 1e300;
  const GpSuggestion suggestion = SuggestGp(dimensions, trials, {}, 1, 20);
  EXPECT_TRUE(suggestion.problem.ok()) << suggestion.problem;
  EXPECT_NEAR(*suggestion.point[0], 0.3, 0.1);
}

TEST(GpSampler, ChoosesAmongManyCategories) {
  const std::vector<CubeDimension> dimensions = {{.cells = 300, .is_category = true}, {}};
  // Category 200 is by far the best of those that were seen.
  std::vector<CubeTrial> trials =
      RandomTrials(dimensions, 40, [](const CubePoint& x) { return std::pow(*x[1] - 0.4, 2); });
  for (int i = 0; i < 10; ++i) {
    trials.push_back({.point = {CubeMiddleOfCell(dimensions[0], 200), 0.05 + 0.1 * i},
                      .outcome = GpOutcome::kScored,
                      .loss = std::pow(0.1 * i - 0.35, 2) - 2});
  }
  EXPECT_EQ(CubeCell(dimensions[0], *SuggestGp(dimensions, trials, {}, 1, 50).point[0]), 200u);
}

TEST(GpSampler, TakesTheBestAndTheLatestOfManyTrials) {
  const std::vector<CubeDimension> dimensions(2);
  std::vector<CubeTrial> trials = RandomTrials(dimensions, 620, Bowl);
  for (size_t i = 500; i < 620; ++i) trials[i].outcome = GpOutcome::kRunning;
  EXPECT_EQ(SuggestGp(dimensions, trials, {}, 1, 620).trials, 600u);
  for (size_t i = 500; i < 620; ++i) trials[i].outcome = GpOutcome::kScored;
  const GpSuggestion suggestion = SuggestGp(dimensions, trials, {}, 1, 620);
  EXPECT_EQ(suggestion.trials, 500u);
  EXPECT_NEAR(*suggestion.point[0], 0.3, 0.05);
}

}  // namespace
}  // namespace pleat
