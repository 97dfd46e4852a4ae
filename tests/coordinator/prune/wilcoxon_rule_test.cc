#include "coordinator/prune/wilcoxon_rule.h"

#include <gtest/gtest.h>

#include "race_samples.h"

namespace pleat {
namespace {

TEST(WilcoxonRule, StopsOnceTheFoldsTellTheTrialsApart) {
  WilcoxonRule rule(0.1);
  const std::vector<double> best = {5, 6, 7, 8, 9};
  // Three folds, all worse: p = 1/8. Four: 1/16.
  EXPECT_FALSE(rule.Decide(RaceOfFinals({best, {4, 4, 4}}, 5), 1).stop);
  const RaceDecision decision = rule.Decide(RaceOfFinals({best, {4, 4, 4, 4}}, 5), 1);
  EXPECT_TRUE(decision.stop);
  EXPECT_EQ(decision.reason,
            "on 4 folds it is worse than the best trial, 0, by 2.5 in the mean; signed-rank p "
            "0.062, below 0.1");
}

TEST(WilcoxonRule, PairsFoldsAndLeavesOutFailedOnes) {
  WilcoxonRule rule(0.1);
  Race race = RaceOfFinals({{5, 6, 7, 8, 9}, {4, 4, 4, 4}}, 5);
  race.trials[1].folds[2].has_failed = true;
  EXPECT_FALSE(rule.Decide(race, 1).stop);
}

TEST(WilcoxonRule, LetsEqualAndBetterTrialsGoOn) {
  WilcoxonRule rule(0.1);
  EXPECT_FALSE(rule.Decide(RaceOfFinals({{5, 6, 7, 8, 9}, {5, 6, 7, 8}}, 5), 1).stop);
  EXPECT_FALSE(rule.Decide(RaceOfFinals({{5, 6, 7, 8, 9}, {6, 7, 8, 9}}, 5), 1).stop);
}

}  // namespace
}  // namespace pleat
