// Whose weights stay, and what a sweep without them refuses.
#include "coordinator/core/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Of a finished sweep: those whose weights are still named, as "trial/fold".
std::vector<std::string> FoldsWithWeights(const Sweep& sweep) {
  std::vector<std::string> folds;
  for (const auto& [key, task] : sweep.tasks) {
    if (task.result.has_value() && task.result->train_fold().checkpoint().has_weights()) {
      folds.push_back(absl::StrCat(key.trial, "/", key.fold));
    }
  }
  return folds;
}

// Two trials of two folds, of which the first is the better.
void FinishSweep(CoreHarness& core, const std::string& name, const std::string& keep,
                 uint32_t trials = 2) {
  v1::SweepSpec spec = SmallSweep(name, trials, 2);
  if (!keep.empty()) spec.mutable_resources()->set_keep(keep);
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Register("w");
  core.Finish(name, "w");
  ASSERT_EQ(core.sweep(name).ended->state(), v1::SWEEP_STATE_FINISHED);
}

// A sweep that begins with the weights of trial 1 of sweep "a", fold by fold.
v1::SweepSpec AfterLoserOfA() {
  v1::SweepSpec spec = SmallSweep("b", 1, 2);
  v1::StartFromSpec& start = *spec.mutable_training()->mutable_start_from();
  start.set_sweep("a");
  start.set_trial(1);
  start.set_fold(-1);
  start.set_strict(false);
  return spec;
}

TEST(Retention, KeepsAllUnlessItIsAskedFor) {
  for (const char* keep : {"", "all"}) {
    CoreHarness core;
    FinishSweep(core, "a", keep);
    EXPECT_EQ(FoldsWithWeights(core.sweep("a")).size(), 4u);
  }
}

TEST(Retention, KeepsTheMembersWeights) {
  CoreHarness core;
  FinishSweep(core, "a", "members");
  EXPECT_EQ(FoldsWithWeights(core.sweep("a")), (std::vector<std::string>{"0/0", "0/1"}));
  // Small files stay.
  const TaskState& loser = core.sweep("a").tasks.at({TaskKind::kTrainFold, 1, 0});
  EXPECT_TRUE(loser.result->train_fold().has_oof());
  core.Restart();
  EXPECT_EQ(FoldsWithWeights(core.sweep("a")), (std::vector<std::string>{"0/0", "0/1"}));
}

Sweep Ended(const std::string& keep, const std::vector<std::pair<uint32_t, uint32_t>>& members) {
  Sweep sweep;
  sweep.name = "a";
  sweep.spec.mutable_resources()->set_keep(keep);
  sweep.folds.emplace().add_rows(1);
  sweep.folds->add_rows(1);
  sweep.best_trial = 1;
  sweep.members.emplace();
  for (const auto& [trial, fold] : members) {
    sweep.members->add_members()->set_trial(trial);
    sweep.members->mutable_members()->rbegin()->set_fold(fold);
  }
  for (uint32_t trial = 0; trial < 3; ++trial) {
    for (uint32_t fold = 0; fold < 2; ++fold) {
      TaskState& task = sweep.tasks[{TaskKind::kTrainFold, trial, fold}];
      task.phase = TaskPhase::kDone;
      task.result.emplace().mutable_train_fold()->mutable_checkpoint()->mutable_weights()->set_path(
          absl::StrCat(trial, "/", fold));
    }
  }
  return sweep;
}

TEST(Retention, BestKeepsTheFoldsOfTheBestTrialToo) {
  const State state({});
  EXPECT_EQ(FoldsToFree(state, Ended("best", {{0, 0}})),
            (std::vector<TaskKey>{{TaskKind::kTrainFold, 0, 1},
                                  {TaskKind::kTrainFold, 2, 0},
                                  {TaskKind::kTrainFold, 2, 1}}));
  EXPECT_EQ(FoldsToFree(state, Ended("members", {{0, 0}})).size(), 5u);
  EXPECT_EQ(FoldsToFree(state, Ended("all", {{0, 0}})).size(), 0u);
}

TEST(Retention, FreesCheckpointsOfFoldsThatWereNotTrained) {
  Sweep sweep = Ended("best", {{1, 0}, {1, 1}});
  TaskState& cancelled = sweep.tasks[{TaskKind::kTrainFold, 2, 1}];
  cancelled = {};
  cancelled.phase = TaskPhase::kCancelled;
  cancelled.checkpoint.emplace();
  sweep.tasks[{TaskKind::kTrainFold, 2, 0}] = {};
  sweep.tasks[{TaskKind::kTrainFold, 0, 0}] = {};
  sweep.tasks[{TaskKind::kTrainFold, 0, 1}] = {};
  EXPECT_EQ(FoldsToFree(State({}), sweep), (std::vector<TaskKey>{{TaskKind::kTrainFold, 2, 1}}));
}

TEST(Retention, RefusesWhatWouldNeedTheWeights) {
  CoreHarness core;
  FinishSweep(core, "a", "members");
  const auto says_so =
      AllOf(HasSubstr("the weights of 2 folds were freed"), HasSubstr("resources.keep: members"));
  const absl::Status extended = core.Extend("a", 1);
  EXPECT_TRUE(absl::IsFailedPrecondition(extended));
  EXPECT_THAT(std::string(extended.message()), says_so);

  v1::SweepSpec next = AfterLoserOfA();
  EXPECT_THAT(std::string(core.Submit(next).message()),
              HasSubstr("training.start_from.fold: the weights of fold 0 of trial 1 of sweep 'a' "
                        "were freed by `resources.keep: members`"));
  // Those of the members are there.
  next.mutable_training()->mutable_start_from()->set_trial(0);
  EXPECT_TRUE(core.Submit(next).ok());
}

TEST(Retention, LetsASweepGoOnThatLacksNothing) {
  CoreHarness core;
  FinishSweep(core, "a", "members", /*trials=*/1);
  EXPECT_TRUE(CheckWeightsAreKept(core.sweep("a")).ok());
}

TEST(Retention, KeepsWeightsThatAnotherSweepBeganWith) {
  CoreHarness core;
  FinishSweep(core, "a", "");
  ASSERT_TRUE(core.Submit(AfterLoserOfA()).ok());
  core.Finish("b", "w");
  Sweep sweep = core.sweep("a");
  sweep.spec.mutable_resources()->set_keep("members");
  EXPECT_TRUE(FoldsToFree(core.state(), sweep).empty());
  EXPECT_EQ(FoldsToFree(State({}), sweep).size(), 2u);
}

}  // namespace
}  // namespace pleat
