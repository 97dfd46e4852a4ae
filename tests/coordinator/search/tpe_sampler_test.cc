#include "coordinator/search/tpe_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace pleat {
namespace {

using Outcome = CubeTrial::Outcome;

// One dimension, losses best at 0.3.
std::vector<CubeTrial> ParabolaTrials(int count) {
  std::vector<CubeTrial> trials;
  for (int i = 0; i < count; ++i) {
    const double x = (i + 0.5) / count;
    trials.push_back({.point = {x}, .outcome = Outcome::kScored, .loss = (x - 0.3) * (x - 0.3)});
  }
  return trials;
}

// Mean of the first coordinate over suggestions of many seeds.
double MeanSuggestion(std::span<const CubeDimension> dimensions,
                      std::span<const CubeTrial> trials) {
  double sum = 0;
  constexpr int kSeeds = 200;
  for (int seed = 0; seed < kSeeds; ++seed) {
    sum += *SuggestTpe(dimensions, trials, {}, seed, 100).point[0] / kSeeds;
  }
  return sum;
}

// How many of 200 suggestions' first coordinates lie between.
int SuggestionsBetween(double low, double high, std::span<const CubeDimension> dimensions,
                       std::span<const CubeTrial> trials) {
  int count = 0;
  for (int seed = 0; seed < 200; ++seed) {
    const double drawn = *SuggestTpe(dimensions, trials, {}, seed, 100).point[0];
    count += drawn >= low && drawn < high ? 1 : 0;
  }
  return count;
}

TEST(TpeSampler, SpreadsItsStartupOverEverySlice) {
  const std::vector<CubeDimension> dimensions = {{}, {.cells = 5, .is_category = true}};
  std::set<int> slices;
  std::multiset<uint64_t> categories;
  for (uint32_t trial = 0; trial < 10; ++trial) {
    const TpeSuggestion suggestion = SuggestTpe(dimensions, {}, {}, 7, trial);
    EXPECT_EQ(suggestion.good, 0u);
    slices.insert(static_cast<int>(*suggestion.point[0] * 10));
    categories.insert(CubeCell(dimensions[1], *suggestion.point[1]));
  }
  EXPECT_EQ(slices.size(), 10u);
  for (uint64_t cell = 0; cell < 5; ++cell) EXPECT_EQ(categories.count(cell), 2u);
}

TEST(TpeSampler, GoesWhereGoodTrialsAre) {
  const std::vector<CubeDimension> dimensions(1);
  const std::vector<CubeTrial> trials = ParabolaTrials(40);
  int near = 0;
  for (int seed = 0; seed < 100; ++seed) {
    const TpeSuggestion suggestion = SuggestTpe(dimensions, trials, {}, seed, 40);
    EXPECT_EQ(suggestion.good, 5u);  // 0.7 sqrt(40), rounded up
    EXPECT_EQ(suggestion.others, 35u);
    EXPECT_GT(suggestion.ratio, 1);
    near += std::abs(*suggestion.point[0] - 0.3) < 0.15 ? 1 : 0;
  }
  EXPECT_GE(near, 90);
}

TEST(TpeSampler, PrefersTheBetterCategory) {
  const std::vector<CubeDimension> dimensions = {{.cells = 3, .is_category = true}, {}};
  std::vector<CubeTrial> trials;
  for (int i = 0; i < 30; ++i) {
    const int cell = i % 3;
    trials.push_back({.point = {CubeMiddle(dimensions[0], (cell + 0.5) / 3), (i + 0.5) / 30},
                      .outcome = Outcome::kScored,
                      .loss = std::abs(cell - 1) + 0.001 * i});
  }
  int good = 0;
  for (int seed = 0; seed < 100; ++seed) {
    const TpeSuggestion suggestion = SuggestTpe(dimensions, trials, {}, seed, 30);
    good += CubeCell(dimensions[0], *suggestion.point[0]) == 1 ? 1 : 0;
  }
  EXPECT_GE(good, 85);
}

TEST(TpeSampler, SuggestsTheSameAgainAndOtherwiseWithAnotherSeedOrTrial) {
  const std::vector<CubeDimension> dimensions(1);
  const std::vector<CubeTrial> trials = ParabolaTrials(20);
  const CubePoint first = SuggestTpe(dimensions, trials, {}, 1, 20).point;
  EXPECT_EQ(SuggestTpe(dimensions, trials, {}, 1, 20).point, first);
  EXPECT_NE(SuggestTpe(dimensions, trials, {}, 2, 20).point, first);
  EXPECT_NE(SuggestTpe(dimensions, trials, {}, 1, 21).point, first);
}

TEST(TpeSampler, LeavesAPlaceToTheTrialsThatRunThere) {
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = ParabolaTrials(40);
  const double alone = SuggestTpe(dimensions, trials, {}, 1, 40).ratio;
  for (int i = 0; i < 8; ++i) trials.push_back({.point = {0.3}, .outcome = Outcome::kRunning});
  const TpeSuggestion suggestion = SuggestTpe(dimensions, trials, {}, 1, 40);
  EXPECT_EQ(suggestion.running, 8u);
  EXPECT_LT(suggestion.ratio, 0.95 * alone);
  trials.insert(trials.end(), 200, trials.back());
  EXPECT_LT(SuggestionsBetween(0.25, 0.35, dimensions, trials), 50);
}

TEST(TpeSampler, CountsFailedTrialsAsBad) {
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = ParabolaTrials(40);
  for (CubeTrial& trial : trials) {
    if (*trial.point[0] < 0.3) trial.outcome = Outcome::kFailed;
  }
  const TpeSuggestion suggestion = SuggestTpe(dimensions, trials, {}, 1, 40);
  EXPECT_EQ(suggestion.failed, 12u);
  EXPECT_EQ(suggestion.others, 35u);
  EXPECT_GT(MeanSuggestion(dimensions, trials), MeanSuggestion(dimensions, ParabolaTrials(40)));
}

TEST(TpeSampler, StaysInTheStartupWhileNothingIsScored) {
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = ParabolaTrials(40);
  for (CubeTrial& trial : trials) trial.outcome = Outcome::kFailed;
  EXPECT_EQ(SuggestTpe(dimensions, trials, {}, 1, 40).good, 0u);
  for (CubeTrial& trial : trials) trial.outcome = Outcome::kRunning;
  EXPECT_EQ(SuggestTpe(dimensions, trials, {}, 1, 40).good, 0u);
}

TEST(TpeSampler, TrustsALeadWithinTheErrorsLess) {
  // One trial leads at 0.9 by 0.1, the next best stand around 0.3.
  const std::vector<CubeDimension> dimensions(1);
  std::vector<CubeTrial> trials = ParabolaTrials(10);
  trials.push_back({.point = {0.9}, .outcome = Outcome::kScored, .loss = -0.1});
  for (CubeTrial& trial : trials) trial.error = 0.05;
  const int certain = SuggestionsBetween(0.8, 1, dimensions, trials);
  for (CubeTrial& trial : trials) trial.error = 0.2;
  EXPECT_LT(SuggestionsBetween(0.8, 1, dimensions, trials), certain / 4);
}

TEST(TpeSampler, TriesWhatHasNotBeenTried) {
  const std::vector<CubeDimension> dimensions = {{.cells = 12}};
  std::vector<CubeTrial> trials;
  for (uint32_t i = 0; i < 11; ++i) {
    trials.push_back({.point = {CubeMiddle(dimensions[0], (i + 0.5) / 12)},
                      .outcome = Outcome::kScored,
                      .loss = 11.0 - i});
  }
  for (int seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(CubeCell(dimensions[0], *SuggestTpe(dimensions, trials, {}, seed, 11).point[0]), 11u);
  }
}

TEST(TpeSampler, SuggestsSomethingWhereAllHasBeenTried) {
  const std::vector<CubeDimension> dimensions = {{.cells = 1, .is_category = true}};
  const std::vector<CubeTrial> trials(
      20, {.point = {0.5}, .outcome = Outcome::kScored, .loss = 1, .error = 0.1});
  EXPECT_EQ(SuggestTpe(dimensions, trials, {}, 1, 20).point, CubePoint{0.5});
}

}  // namespace
}  // namespace pleat
