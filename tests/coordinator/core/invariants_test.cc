// The checker itself: each kind of damage to a sound state is found and named.
#include "coordinator/core/invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// A sweep with a fold that runs, one that is done and two that wait.
class InvariantsTest : public testing::Test {
 protected:
  InvariantsTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
    core.Register("w1");
    core.Prepare("w1");
    EXPECT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
    core.Acquire("w1");
    EXPECT_TRUE(CheckInvariants(core.state()).ok());
  }

  // Only Apply changes a state, and it does not do damage: the test goes past it.
  Sweep& sweep() { return const_cast<Sweep&>(core.sweep("a")); }
  TaskState& task(uint32_t trial, uint32_t fold) {
    return sweep().tasks.at({TaskKind::kTrainFold, trial, fold});
  }
  void ExpectBroken(const std::string& what) {
    const absl::Status status = CheckInvariants(core.state());
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }

  CoreHarness core;
};

TEST_F(InvariantsTest, FindATaskThatRunsForNobody) {
  task(0, 1).worker = "nobody";
  ExpectBroken("a running task is held by its worker");
}

TEST_F(InvariantsTest, FindAWaitingTaskThatIsNotQueued) {
  sweep().ready.erase({TaskKind::kTrainFold, 1, 0});
  ExpectBroken("ready tasks");
}

TEST_F(InvariantsTest, FindARunningTaskThatIsNotListed) {
  sweep().running.clear();
  ExpectBroken("running tasks");
}

TEST_F(InvariantsTest, FindADoneTaskWithoutAResult) {
  task(0, 0).result.reset();
  ExpectBroken("a task has a result exactly when it is done");
}

TEST_F(InvariantsTest, FindMoreFailuresThanAttempts) {
  task(0, 1).failures = 2;
  ExpectBroken("failures are attempts");
}

TEST_F(InvariantsTest, FindCountersThatDisagreeWithTheTasks) {
  ++sweep().folds_done;
  ExpectBroken("finished folds");
  --sweep().folds_done;
  ++sweep().trials_ended;
  ExpectBroken("ended trials");
  --sweep().trials_ended;
  ++sweep().open_predictions;
  ExpectBroken("open predictions");
  --sweep().open_predictions;
  ++sweep().trials[1].open_folds;
  ExpectBroken("open folds of a trial");
}

TEST_F(InvariantsTest, FindAnEndedTrialThatStillRuns) {
  sweep().trials[0].finished.emplace();
  ExpectBroken("an ended trial has no fold that waits or runs");
}

TEST_F(InvariantsTest, FindAStageThatCameTooEarly) {
  sweep().members.emplace();
  ExpectBroken("members come after all trials");
  sweep().members.reset();
  sweep().ensemble.emplace();
  ExpectBroken("the ensemble comes after its members");
}

TEST_F(InvariantsTest, FindOpenTasksOfAnEndedSweep) {
  sweep().ended.emplace();
  ExpectBroken("an ended sweep has no open task");
}

TEST_F(InvariantsTest, FindALeaseOfATaskThatDoesNotRun) {
  const_cast<std::map<std::string, TaskRef>&>(core.state().held())["w9"] = {"a", {}};
  ExpectBroken("workers hold leases of tasks that do not run");
}

TEST_F(InvariantsTest, FindATrialWithWeightsThatItDidNotAskFor) {
  sweep().trials[0].start_weights.resize(2);
  ExpectBroken("each fold has the weights that it begins with");
}

TEST_F(InvariantsTest, FindASweepWhoseWeightsAreGone) {
  sweep().spec.mutable_training()->mutable_start_from()->set_sweep("gone");
  ExpectBroken("the sweeps that it starts from are there");
}

TEST_F(InvariantsTest, FindATrialThatCameAfterTheSearchHadEnded) {
  sweep().search_ended.emplace().set_trials(1);
  ExpectBroken("no trial comes after the search has ended");
}

TEST_F(InvariantsTest, FindASweepToLearnFromThatIsGone) {
  sweep().spec.mutable_search()->add_warm_start("gone");
  ExpectBroken("the sweeps that it is to learn from are there");
  sweep().ended.emplace();
  ExpectBroken("trials come after those of earlier sweeps");
}

}  // namespace
}  // namespace pleat
