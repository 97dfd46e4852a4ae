#include "coordinator/prune/percentile_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "coordinator/prune/race.h"

namespace pleat {
namespace {

// Trials of one fold with these scores so far.
Race RaceOfCurves(const std::vector<std::vector<double>>& curves, uint32_t epochs) {
  Race race = {.folds = 1, .epochs = epochs};
  for (const std::vector<double>& curve : curves) {
    race.AddTrial();
    race.trials.back().folds[0].scores = curve;
  }
  return race;
}

TEST(PercentileRule, StopsWhatIsWorseThanTheMedianAfterAsManyEpochs) {
  const Race race =
      RaceOfCurves({{0.1, 0.9}, {0.2, 0.8}, {0.3, 0.7}, {0.4, 0.6}, {0.25}, {0.15}}, 3);
  PercentileRule rule({.keep_percent = 50, .startup_trials = 4});
  EXPECT_FALSE(rule.Decide(race, 4).stop);
  const RaceDecision decision = rule.Decide(race, 5);
  EXPECT_TRUE(decision.stop);
  EXPECT_EQ(decision.reason,
            "4 of the 5 trials that came as far had better than its 0.15 on the same folds, and "
            "the best 50 % go on");
}

TEST(PercentileRule, ComparesTheBestSoFar) {
  // What it had before it became worse counts.
  const Race race = RaceOfCurves({{0.1, 0.2}, {0.3, 0.4}, {0.5, 0.1}}, 3);
  PercentileRule rule({.keep_percent = 50, .startup_trials = 1});
  EXPECT_FALSE(rule.Decide(race, 2).stop);
}

TEST(PercentileRule, WaitsForTrialsEpochsAndPatience) {
  const Race race = RaceOfCurves({{0.5, 0.6}, {0.5, 0.6}, {0.1, 0.2}}, 3);
  EXPECT_TRUE(PercentileRule({.startup_trials = 2}).Decide(race, 2).stop);
  EXPECT_FALSE(PercentileRule({.startup_trials = 3}).Decide(race, 2).stop);
  EXPECT_FALSE(PercentileRule({.startup_trials = 2, .warmup_epochs = 2}).Decide(race, 2).stop);
  // It has just become better.
  EXPECT_FALSE(PercentileRule({.startup_trials = 2, .patience = 1}).Decide(race, 2).stop);
  const Race stuck = RaceOfCurves({{0.5, 0.6}, {0.5, 0.6}, {0.2, 0.1}}, 3);
  EXPECT_TRUE(PercentileRule({.startup_trials = 2, .patience = 1}).Decide(stuck, 2).stop);
  EXPECT_FALSE(PercentileRule({.startup_trials = 2, .patience = 2}).Decide(stuck, 2).stop);
}

TEST(PercentileRule, NeverStopsTheFirstTrial) {
  const Race race = RaceOfCurves({{0.1}, {0.9}, {0.9}}, 3);
  EXPECT_FALSE(PercentileRule({.startup_trials = 1}).Decide(race, 0).stop);
}

}  // namespace
}  // namespace pleat
