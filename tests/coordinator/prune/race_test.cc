#include "coordinator/prune/race.h"

#include <gtest/gtest.h>

#include <limits>

#include "race_samples.h"

namespace pleat {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Race, TakesTheFirstOfTheBestTrialsThatEnded) {
  const Race race = RaceOfFinals({{1, 2}, {3, 3}, {2, 4}, {9}}, 2);
  EXPECT_EQ(BestEnded(race), 1u);
  EXPECT_EQ(BestEnded(RaceOfFinals({{1}}, 2)), std::nullopt);
}

TEST(Race, KnowsNoFinalScoreOfFailedDivergedOrRunningFolds) {
  Race race = RaceOfFinals({{1, kNan, 3, 4}}, 5);
  race.trials[0].folds[2].has_failed = true;
  EXPECT_EQ(FinalScore(race, 0, 0), 1);
  EXPECT_EQ(FinalScore(race, 0, 1), std::nullopt);
  EXPECT_EQ(FinalScore(race, 0, 2), std::nullopt);
  EXPECT_EQ(FinalScore(race, 0, 4), std::nullopt);
  EXPECT_TRUE(IsOver(race, 0, 1));
  EXPECT_TRUE(IsOver(race, 0, 2));
  EXPECT_FALSE(IsOver(race, 0, 4));
  EXPECT_EQ(MeanFinalScore(race, 0), 2.5);
}

TEST(Race, DoesNotTakeATrialOfFewFoldsForTheBest) {
  const Race race = RaceOfFinals({{9, kNan, kNan, kNan}, {1, 1, kNan, kNan}}, 4);
  EXPECT_EQ(BestEnded(race), 1u);
}

TEST(Race, ShowsValuesAsTheMetricHasThem) {
  Race race;
  race.is_maximized = false;
  EXPECT_EQ(race.ScoreOf(0.25), -0.25);
  EXPECT_EQ(ValueText(race, -0.25), "0.25");
}

}  // namespace
}  // namespace pleat
