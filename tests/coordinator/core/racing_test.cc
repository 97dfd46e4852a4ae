// Sweeps whose trials race over their folds: groups that train, pause and are stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/schedule/scheduler.h"
#include "tests/coordinator/core/racing_cluster.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// With one trial in flight and hardly anything ahead of it.
TEST(Racing, StopsWhatCannotWinAndFinishesTheBest) {
  RacingCluster cluster(RacingSweep("fold_racing: {}, most_ahead: 1", 1), 1);
  cluster.Play(InTurn);
  const Sweep& sweep = cluster.core.sweep("a");
  ASSERT_TRUE(sweep.best_trial.has_value());
  EXPECT_EQ((*sweep.best_trial * 5 + 2) % kRacingTrials, 0u) << "trial " << *sweep.best_trial;
  EXPECT_TRUE(sweep.trials[0].finished.has_value());
  EXPECT_GE(cluster.Stopped(), kRacingTrials / 2);
  EXPECT_LT(cluster.epochs, kRacingTrials * kRacingFolds * kRacingEpochs / 2);
  for (const Trial& trial : sweep.trials) {
    EXPECT_EQ(trial.stopped.has_value(), !trial.finished.has_value());
    EXPECT_TRUE(!trial.stopped.has_value() || !trial.stopped->reason().empty());
  }
}

TEST(Racing, DecidesAlikeWithAnyNumberOfGroupsInAnyOrder) {
  for (const char* rule :
       {"fold_racing: {}", "fold_racing: {rule: forgiving}", "asha: {eta: 2}", "percentile: {}",
        "asha: {eta: 2, brackets: 2}, fold_racing: {}, percentile: {keep_percent: 70}"}) {
    const v1::SweepSpec spec = RacingSweep(rule, 3);
    RacingCluster one(spec, 1);
    one.Play(InTurn);
    EXPECT_GT(one.Stopped(), 0u);
    for (const size_t groups : {2u, 5u, 16u}) {
      RacingCluster many(spec, groups), uneven(spec, groups);
      many.Play(InTurn);
      uneven.Play(Unevenly);
      EXPECT_EQ(many.Ends(), one.Ends()) << rule << " " << groups;
      EXPECT_EQ(uneven.Ends(), one.Ends()) << rule << " " << groups;
    }
  }
}

TEST(Racing, DecidesAlikeAfterRestarts) {
  for (const char* rule : {"fold_racing: {}", "asha: {eta: 2}"}) {
    const v1::SweepSpec spec = RacingSweep(rule, 3);
    RacingCluster calm(spec, 4), restarted(spec, 4);
    calm.Play(InTurn);
    restarted.Play([&](size_t turn) {
      if (turn % 11 == 10) {
        restarted.core.Restart();
        for (const char* id : {"w0", "w1", "w2", "w3"}) restarted.core.Register(id);
      }
      return turn;
    });
    EXPECT_EQ(restarted.Ends(), calm.Ends());
  }
}

// The records of trials that pause and go on, by kind.
std::pair<int, int> PausesAndResumptions(const RacingCluster& cluster) {
  std::pair<int, int> counts;
  for (const v1::JournalRecord& record : cluster.core.journal) {
    counts.first += record.has_trial_paused();
    counts.second += record.has_trial_resumed();
  }
  return counts;
}

TEST(Racing, PausesTrialsAtRungsAndGoesOnWithTheBest) {
  for (const char* search : {"", "  reproducible: false\n"}) {
    RacingCluster cluster(RacingSweep("asha: {eta: 2, min_epochs: 1}", 2, search), 3);
    cluster.Play(InTurn);
    const auto [pauses, resumptions] = PausesAndResumptions(cluster);
    EXPECT_GT(pauses, 3) << search;
    EXPECT_GT(resumptions, 0) << search;
    EXPECT_LT(cluster.epochs, kRacingTrials * kRacingFolds * kRacingEpochs * 3 / 4);
    const Sweep& sweep = cluster.core.sweep("a");
    EXPECT_EQ((*sweep.best_trial * 5 + 2) % kRacingTrials, 0u) << "trial " << *sweep.best_trial;
    EXPECT_EQ(sweep.trials_paused, 0u);
  }
}

TEST(Racing, GoesOnAtTheMomentAfterRestarts) {
  const v1::SweepSpec spec =
      RacingSweep("asha: {eta: 2}, fold_racing: {}", 2, "  reproducible: false\n");
  RacingCluster cluster(spec, 3);
  cluster.Play([&](size_t turn) {
    if (turn % 7 == 6) {
      cluster.core.Restart();
      for (const char* id : {"w0", "w1", "w2"}) cluster.core.Register(id);
    }
    return turn;
  });
  EXPECT_TRUE(cluster.core.sweep("a").best_trial.has_value());
}

TEST(Racing, PausesGroupsThatAreFarAhead) {
  RacingCluster near(RacingSweep("fold_racing: {}, most_ahead: 1", 2), 6),
      far(RacingSweep("fold_racing: {}, most_ahead: 6", 2), 6);
  near.Play(Unevenly);
  far.Play(Unevenly);
  EXPECT_GT(near.pauses, far.pauses);
  EXPECT_LT(near.epochs, far.epochs);
  EXPECT_EQ(near.Ends(), far.Ends());
}

TEST(Racing, SpreadsIdleGroupsOverWhatComesNext) {
  RacingCluster cluster(RacingSweep("fold_racing: {}", 1), 6);
  for (size_t group = 0; group < 6; ++group) EXPECT_TRUE(cluster.Turn(group));
  // Trial 0 finishes whatever the others come to; then the next trials' first folds.
  EXPECT_THAT(
      (std::vector<std::string>{TaskId(*cluster.WorkOf(0)), TaskId(*cluster.WorkOf(1)),
                                TaskId(*cluster.WorkOf(3)), TaskId(*cluster.WorkOf(4)),
                                TaskId(*cluster.WorkOf(5))}),
      ElementsAre("train/0000/0", "train/0000/1", "train/0000/3", "train/0001/0", "train/0002/0"));
}

TEST(Racing, TellsWhyAGroupIsIdle) {
  RacingCluster cluster(RacingSweep("fold_racing: {}, most_ahead: 1", 1), 40);
  size_t idle = 0;
  for (size_t group = 0; group < 40; ++group) idle += cluster.Turn(group) ? 0 : 1;
  EXPECT_GT(idle, 0u);
  const v1::GetResponse status = cluster.core.Get("a");
  bool told = false;
  for (const v1::WorkerStatus& worker : status.workers()) {
    told = told || worker.idle_reason().find(
                       "is running, or as far ahead of it as "
                       "search.pruning.most_ahead allows") != std::string::npos;
  }
  EXPECT_TRUE(told);
}

TEST(Racing, GoesOnWithoutATrialThatIsCancelled) {
  const v1::SweepSpec spec = RacingSweep("fold_racing: {}", 2);
  RacingCluster cluster(spec, 3), restarted(spec, 3);
  for (RacingCluster* one : {&cluster, &restarted}) {
    for (size_t turn = 0; turn < 12; ++turn) one->Turn(turn % 3);
    ASSERT_TRUE(one->core.CancelTrial("a", 1).ok());
    ASSERT_TRUE(one->core.CancelTrial("a", 9).ok());
  }
  restarted.core.Restart();
  for (const char* id : {"w0", "w1", "w2"}) restarted.core.Register(id);
  cluster.Play(InTurn);
  restarted.Play(InTurn);
  EXPECT_TRUE(cluster.core.sweep("a").trials[1].cancelled.has_value());
  EXPECT_FALSE(cluster.core.sweep("a").trials[1].stopped.has_value());
  EXPECT_EQ(cluster.core.sweep("a").trials_ended, kRacingTrials);
  EXPECT_EQ(restarted.Ends(), cluster.Ends());
}

TEST(Racing, DecidesOnWhatIsKnownAtTheMomentWhereItNeedNotBeReproducible) {
  RacingCluster cluster(RacingSweep("fold_racing: {}", 3, "  reproducible: false\n"), 4);
  cluster.Play(InTurn);
  EXPECT_GT(cluster.Stopped(), 0u);
  EXPECT_EQ(cluster.pauses, 0u);
  const Sweep& sweep = cluster.core.sweep("a");
  EXPECT_EQ((*sweep.best_trial * 5 + 2) % kRacingTrials, 0u);
}

TEST(Racing, LearnsFromTrialsThatWereStopped) {
  v1::SweepSpec spec = RacingSweep("fold_racing: {}", 3);
  spec.mutable_search()->mutable_method()->mutable_tpe()->set_startup_trials(5);
  spec.mutable_search()->mutable_method()->mutable_tpe()->set_candidates(24);
  spec.mutable_search()->set_max_trials(kRacingTrials);
  v1::RangeSpec& range = *spec.mutable_search()->mutable_parameters(0)->mutable_uniform();
  range.set_min(1e-4);
  range.set_max(1e-2);
  RacingCluster one(spec, 1), many(spec, 7);
  one.Play(InTurn);
  many.Play(Unevenly);
  EXPECT_GT(one.Stopped(), 0u);
  EXPECT_EQ(many.Ends(), one.Ends());
  for (uint32_t trial = 0; trial < kRacingTrials; ++trial) {
    EXPECT_EQ(many.core.sweep("a").trials[trial].config.parameters(0).value(),
              one.core.sweep("a").trials[trial].config.parameters(0).value());
  }
}

TEST(Racing, EndsAtTheSameTrialWhenItsBudgetIsSpent) {
  for (const char* pruning : {"fold_racing: {}", "asha: {eta: 2}, fold_racing: {}"}) {
    const v1::SweepSpec spec = RacingSweep(pruning, 2, "  budget: {fold_epochs: 52}\n");
    RacingCluster one(spec, 1), many(spec, 9);
    one.may_be_stale = many.may_be_stale = true;
    one.Play(InTurn);
    many.Play(Unevenly);
    ASSERT_TRUE(one.core.sweep("a").search_ended.has_value());
    EXPECT_LT(one.core.sweep("a").trials.size(), kRacingTrials);
    EXPECT_EQ(many.core.sweep("a").trials.size(), one.core.sweep("a").trials.size());
    EXPECT_EQ(many.Ends(), one.Ends());
    one.core.Restart();
  }
}

// There are too few for a twelfth of them to go on: trial 0 alone comes to more than one epoch. At
// the moment it gets ahead of the others, and has finished when two of them are paused.
TEST(Racing, BudgetsCountWhatPausedTrialsTook) {
  for (const bool is_reproducible : {true, false}) {
    RacingCluster cluster(
        RacingSweep("asha: {eta: 12, min_epochs: 1}", 2,
                    absl::StrCat("  budget: {fold_epochs: ", is_reproducible ? 12 : 30, "}\n",
                                 is_reproducible ? "" : "  reproducible: false\n")),
        2);
    cluster.may_be_stale = true;
    cluster.Play(InTurn);
    const Sweep& sweep = cluster.core.sweep("a");
    ASSERT_TRUE(sweep.search_ended.has_value());
    const uint32_t of_trial_0 = is_reproducible ? 0 : kRacingFolds * kRacingEpochs;
    const uint32_t of_paused = (is_reproducible ? 3 : 2) * kRacingFolds;
    EXPECT_EQ(sweep.search_ended->spent(), of_trial_0 + of_paused);
    EXPECT_EQ(sweep.trials.size(), 4u);
  }
}

// Who gives trials may give one at a time, each after the last one's end.
TEST(Racing, DoesNotWaitForTrialsThatNobodyHasGiven) {
  v1::SweepSpec spec = RacingSweep("fold_racing: {}, asha: {eta: 2}", 4);
  spec.mutable_search()->mutable_method()->mutable_external();
  spec.mutable_search()->set_max_trials(3);
  RacingCluster cluster(spec, 2);
  for (uint32_t number = 0; number < 3; ++number) {
    v1::AddTrialRequest request;
    request.set_request_id(cluster.core.NextId());
    request.set_name("a");
    v1::ParameterValue& value = *request.add_parameters();
    value.set_path("training.optimizer.adam_w.lr");
    value.set_value(absl::StrCat(number + 1, "e-4"));
    ASSERT_TRUE(cluster.core.Ask(request).status.ok());
    const Sweep& sweep = cluster.core.sweep("a");
    for (size_t turn = 0; turn < 300 && sweep.trials_ended + sweep.trials_paused <= number;
         ++turn) {
      cluster.Turn(turn % 2);
    }
    EXPECT_EQ(sweep.trials_ended + sweep.trials_paused, number + 1);
  }
  cluster.Play(InTurn);
}

// The trials that a spent budget left out are no part of the race, whatever a client says then.
TEST(Racing, EndsThoughTheSearchIsFinishedAfterItsBudgetWasSpent) {
  v1::SweepSpec spec = RacingSweep("asha: {eta: 2}", 2, "  budget: {fold_epochs: 24}\n");
  spec.mutable_search()->mutable_method()->mutable_external();
  spec.mutable_search()->set_max_trials(kRacingTrials);
  RacingCluster cluster(spec, 2);
  for (uint32_t number = 0; number < 6; ++number) {
    v1::AddTrialRequest request;
    request.set_request_id(cluster.core.NextId());
    request.set_name("a");
    v1::ParameterValue& value = *request.add_parameters();
    value.set_path("training.optimizer.adam_w.lr");
    value.set_value(absl::StrCat(number + 1, "e-4"));
    ASSERT_TRUE(cluster.core.Ask(request).status.ok());
  }
  const Sweep& sweep = cluster.core.sweep("a");
  for (size_t turn = 0; turn < 500 && !sweep.search_ended.has_value(); ++turn) {
    cluster.Turn(turn % 2);
  }
  ASSERT_TRUE(sweep.search_ended.has_value());
  ASSERT_LT(sweep.trials.size(), sweep.given.size());
  v1::FinishSearchRequest finish;
  finish.set_request_id(cluster.core.NextId());
  finish.set_name("a");
  EXPECT_TRUE(cluster.core.Ask(finish).status.ok());
  cluster.Play(InTurn);
}

TEST(Racing, TellsGroupsOfAStoppedTrialToStop) {
  RacingCluster cluster(RacingSweep("fold_racing: {}", 3), 5);
  cluster.Play(InTurn);
  uint32_t told = 0;
  for (const v1::JournalRecord& record : cluster.core.journal) {
    if (!record.has_attempt_ended()) continue;
    const v1::AttemptEnded& ended = record.attempt_ended();
    if (ended.end() != v1::ATTEMPT_END_CANCELLED) continue;
    EXPECT_THAT(ended.message(), HasSubstr(" was stopped: "));
    ++told;
  }
  EXPECT_GT(told, 0u);
}

}  // namespace
}  // namespace pleat
