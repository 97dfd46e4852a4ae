#include "coordinator/prune/forgiving_rule.h"

#include <gtest/gtest.h>

#include <limits>

#include "race_samples.h"

namespace pleat {
namespace {

TEST(ForgivingRule, StopsAMeanBelowTheBestTrialsWorstFold) {
  ForgivingRule rule;
  const Race race = RaceOfFinals({{0.95, 0.91, 0.93}, {0.90, 0.91}, {0.92, 0.91}}, 3);
  const RaceDecision decision = rule.Decide(race, 1);
  EXPECT_TRUE(decision.stop);
  EXPECT_EQ(decision.reason,
            "its mean over 2 finished folds is 0.905; the best trial, 0, has 0.91 on its worst "
            "fold, 1");
  EXPECT_FALSE(rule.Decide(race, 2).stop);
}

TEST(ForgivingRule, TurnsAboutWhereLowerIsBetter) {
  ForgivingRule rule;
  Race race = RaceOfFinals({{-0.2, -0.3}, {-0.31}, {-0.29}}, 2);
  race.is_maximized = false;
  const RaceDecision decision = rule.Decide(race, 1);
  EXPECT_TRUE(decision.stop);
  EXPECT_NE(decision.reason.find("is 0.31; the best trial, 0, has 0.3 on"), std::string::npos)
      << decision.reason;
  EXPECT_FALSE(rule.Decide(race, 2).stop);
}

TEST(ForgivingRule, WaitsForATrialThatEnded) {
  ForgivingRule rule;
  EXPECT_FALSE(rule.Decide(RaceOfFinals({{0.9, 0.9}, {0.1}}, 3), 1).stop);
}

TEST(ForgivingRule, NeverStopsTheFirstTrial) {
  ForgivingRule rule;
  EXPECT_FALSE(rule.Decide(RaceOfFinals({{0.1}, {0.9, 0.9}}, 2), 0).stop);
}

TEST(ForgivingRule, StopsATrialWithoutAFiniteScore) {
  ForgivingRule rule;
  const RaceDecision decision =
      rule.Decide(RaceOfFinals({{0.9, 0.9}, {std::numeric_limits<double>::quiet_NaN()}}, 2), 1);
  EXPECT_TRUE(decision.stop);
  EXPECT_EQ(decision.reason, "none of its 1 finished folds gave a finite score");
}

}  // namespace
}  // namespace pleat
