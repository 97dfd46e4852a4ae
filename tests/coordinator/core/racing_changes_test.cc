// Sweeps that race, and are extended, retried or limited otherwise after their submission.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/coordinator/core/racing_cluster.h"

namespace pleat {
namespace {

// The first `trials` of the grid race.
v1::SweepSpec FirstOf(uint32_t trials, const std::string& pruning, uint32_t at_once,
                      const std::string& search = "") {
  v1::SweepSpec spec = RacingSweep(pruning, at_once, search);
  spec.mutable_search()->set_max_trials(trials);
  return spec;
}

constexpr const char* kRules[] = {"fold_racing: {}", "asha: {eta: 2}",
                                  "asha: {eta: 2, brackets: 2}, fold_racing: {}"};

TEST(RacingChanges, GoOnWithMoreTrialsAfterTheEnd) {
  for (const char* rule : kRules) {
    RacingCluster calm(FirstOf(5, rule, 3), 4), restarted(FirstOf(5, rule, 3), 2);
    for (RacingCluster* cluster : {&calm, &restarted}) {
      cluster->Play(InTurn);
      cluster->MakeEnsemble();
      ASSERT_TRUE(cluster->core.sweep("a").ended.has_value());
    }
    const std::vector<std::string> first = calm.Ends();
    ASSERT_TRUE(calm.core.Extend("a", 7).ok());
    calm.Play(Unevenly);
    calm.MakeEnsemble();
    restarted.Restart();
    ASSERT_TRUE(restarted.core.Extend("a", 7).ok());
    restarted.Restart();
    restarted.Play([&](size_t turn) {
      if (turn % 11 == 10) restarted.Restart();
      return turn;
    });
    restarted.MakeEnsemble();
    EXPECT_EQ(restarted.Ends(), calm.Ends()) << rule;
    const Sweep& sweep = calm.core.sweep("a");
    EXPECT_EQ(sweep.trials_ended, kRacingTrials);
    EXPECT_GT(calm.Stopped(), 0u);
    EXPECT_EQ((*sweep.best_trial * 5 + 2) % kRacingTrials, 0u) << "trial " << *sweep.best_trial;
    EXPECT_EQ(sweep.ensemble->version(), 2u);
    // What was decided stays.
    const std::vector<std::string> all = calm.Ends();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
  }
}

TEST(RacingChanges, GoOnAtTheMomentAfterTheEnd) {
  RacingCluster cluster(FirstOf(5, kRules[2], 3, "  reproducible: false\n"), 4);
  cluster.Play(InTurn);
  cluster.MakeEnsemble();
  ASSERT_TRUE(cluster.core.Extend("a", 7).ok());
  cluster.Play([&](size_t turn) {
    if (turn % 9 == 8) cluster.Restart();
    return turn;
  });
  cluster.MakeEnsemble();
  EXPECT_EQ(cluster.core.sweep("a").trials_ended, kRacingTrials);
  EXPECT_EQ(cluster.core.sweep("a").ensemble->version(), 2u);
}

// A change counts from one round on, also for a coordinator that starts again.
TEST(RacingChanges, TakeOtherLimitsWhileTheyRace) {
  for (const char* rule : kRules) {
    RacingCluster calm(FirstOf(8, rule, 2), 3), restarted(FirstOf(8, rule, 2), 3);
    for (RacingCluster* cluster : {&calm, &restarted}) {
      for (size_t turn = 0; turn < 40; ++turn) cluster->Turn(turn % 3);
      ASSERT_TRUE(
          cluster->core
              .ChangeLimits("a", {"resources.max_concurrent_trials=4", "search.max_trials=12"})
              .ok());
      for (size_t turn = 0; turn < 40; ++turn) cluster->Turn(turn % 3);
      ASSERT_TRUE(cluster->core.ChangeLimits("a", {"resources.max_concurrent_trials=1"}).ok());
    }
    restarted.Restart();
    calm.Play(InTurn);
    restarted.Play([&](size_t turn) {
      if (turn % 13 == 12) restarted.Restart();
      return turn;
    });
    EXPECT_EQ(restarted.Ends(), calm.Ends()) << rule;
    EXPECT_EQ(calm.core.sweep("a").trials_ended, kRacingTrials);
  }
}

// With a budget trials no longer wait after each fold; those that do are the first to go on.
TEST(RacingChanges, TakeABudgetWhileTrialsWait) {
  for (const bool is_reproducible : {true, false}) {
    const std::string search = is_reproducible ? "" : "  reproducible: false\n";
    RacingCluster calm(RacingSweep("fold_racing: {}", 2, search), 3);
    RacingCluster restarted(RacingSweep("fold_racing: {}", 2, search), 3);
    for (RacingCluster* cluster : {&calm, &restarted}) {
      for (size_t turn = 0; cluster->core.sweep("a").trials_paused < 2; ++turn) {
        ASSERT_LT(turn, 1000u);
        cluster->Turn(turn % 3);
      }
      ASSERT_TRUE(cluster->core.ChangeLimits("a", {"search.budget.fold_epochs=100000"}).ok());
    }
    calm.Play(InTurn);
    restarted.Play([&](size_t turn) {
      if (turn == 60) {
        EXPECT_TRUE(restarted.core.ChangeLimits("a", {"search.budget.fold_epochs=none"}).ok());
      }
      if (turn % 13 == 12) restarted.Restart();
      return turn;
    });
    for (const RacingCluster* cluster : {&calm, &restarted}) {
      const Sweep& sweep = cluster->core.sweep("a");
      EXPECT_EQ(sweep.trials_ended, kRacingTrials);
      EXPECT_EQ(sweep.trials_paused, 0u);
    }
  }
}

TEST(RacingChanges, RaceOnWithALargerBudget) {
  RacingCluster cluster(RacingSweep("fold_racing: {}", 2, "  budget: {fold_epochs: 60}\n"), 2);
  cluster.Play(InTurn);
  cluster.MakeEnsemble();
  const size_t begun = cluster.core.sweep("a").trials.size();
  ASSERT_LT(begun, kRacingTrials);
  ASSERT_TRUE(cluster.core.ChangeLimits("a", {"search.budget.fold_epochs=none"}).ok());
  ASSERT_TRUE(cluster.core.Extend("a", 2).ok());
  cluster.Restart();
  cluster.Play(InTurn);
  EXPECT_EQ(cluster.core.sweep("a").trials_ended, begun + 2);
}

std::optional<uint32_t> StoppedTrial(const RacingCluster& cluster) {
  const std::vector<Trial>& trials = cluster.core.sweep("a").trials;
  for (uint32_t trial = 0; trial < trials.size(); ++trial) {
    if (trials[trial].stopped.has_value()) return trial;
  }
  return std::nullopt;
}

TEST(RacingChanges, FinishAStoppedTrialOutsideTheRace) {
  for (const char* rule : kRules) {
    RacingCluster plain(FirstOf(9, rule, 2), 3), retried(FirstOf(9, rule, 2), 3);
    plain.Play(InTurn);
    // In the middle of the race, and once it is over.
    for (size_t turn = 0; !StoppedTrial(retried).has_value(); ++turn) retried.Turn(turn % 3);
    const uint32_t first = *StoppedTrial(retried);
    // Rungs alone stop trials when no other is left.
    if (retried.core.sweep("a").AllTrialsEnded()) retried.MakeEnsemble();
    const absl::Status status = retried.core.Retry("a", first);
    ASSERT_TRUE(status.ok()) << status;
    retried.may_be_stale = true;
    retried.Play([&](size_t turn) {
      if (turn % 11 == 10) retried.Restart();
      return turn;
    });
    EXPECT_EQ(retried.core.sweep("a").trials[first].finished->folds_size(),
              static_cast<int>(kRacingFolds));
    // The others race as without.
    std::vector<std::string> ends = retried.Ends();
    for (const std::string& end : plain.Ends()) {
      EXPECT_EQ(std::ranges::count(ends, end), 1) << rule << ": " << end;
    }
    EXPECT_EQ(ends.size(), plain.Ends().size() + 1);
    retried.MakeEnsemble();
    ASSERT_TRUE(StoppedTrial(retried).has_value());
    ASSERT_TRUE(retried.core.Retry("a", *StoppedTrial(retried)).ok());
    retried.Restart();
    retried.Play(InTurn);
    retried.MakeEnsemble();
    EXPECT_EQ(retried.core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
    ASSERT_TRUE(retried.core.Extend("a", 3).ok());
    retried.Restart();
    retried.Play(InTurn);
    EXPECT_EQ(retried.core.sweep("a").trials_ended, kRacingTrials);
  }
}

TEST(RacingChanges, FinishACancelledTrialOutsideTheRace) {
  RacingCluster cluster(FirstOf(6, "asha: {eta: 2}, fold_racing: {}", 2), 3);
  for (size_t turn = 0; turn < 20; ++turn) cluster.Turn(turn % 3);
  ASSERT_TRUE(cluster.core.CancelTrial("a", 1).ok());
  ASSERT_TRUE(cluster.core.Retry("a", 1).ok());
  ASSERT_TRUE(cluster.core.CancelTrial("a", 1).ok());
  cluster.Restart();
  ASSERT_TRUE(cluster.core.Retry("a", 1).ok());
  cluster.Play(InTurn);
  EXPECT_EQ(cluster.core.sweep("a").trials[1].finished->folds_size(),
            static_cast<int>(kRacingFolds));
}

}  // namespace
}  // namespace pleat
