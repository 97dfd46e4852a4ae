#include "coordinator/schedule/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

v1::WorkerInfo Group(uint32_t size, const std::string& fingerprint = "f") {
  v1::WorkerInfo group;
  group.set_group_size(size);
  group.set_fingerprint(fingerprint);
  return group;
}

// Sweeps are brought to the stage under test by a whole core; worker w1 is a group of 1.
class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() { core.Register("w1"); }

  std::string ChosenTask(const v1::WorkerInfo& group) {
    const std::optional<Choice> choice = ChooseTask(core.state(), {}, {"w", group, {}});
    return choice.has_value() ? absl::StrCat(choice->sweep->name, " ", TaskId(choice->task)) : "";
  }
  void FinishFolds(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  }

  CoreHarness core;
};

TEST_F(SchedulerTest, HandsFoldsOutByTrialThenFold) {
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  EXPECT_EQ(ChosenTask(Group(1)), "a prepare");
  core.Prepare("w1");
  EXPECT_EQ(ChosenTask(Group(1)), "a train/0000/0");
  FinishFolds(1);
  EXPECT_EQ(ChosenTask(Group(1)), "a train/0000/1");
  FinishFolds(1);
  EXPECT_EQ(ChosenTask(Group(1)), "a train/0001/0");
}

TEST_F(SchedulerTest, PrefersPriorityThenAge) {
  ASSERT_TRUE(core.Submit(SmallSweep("old", 1, 2)).ok());
  ASSERT_TRUE(core.Submit(SmallSweep("young", 1, 2)).ok());
  EXPECT_EQ(ChosenTask(Group(1)), "old prepare");
  ASSERT_TRUE(core.Submit(SmallSweep("urgent", 1, 2, "priority: 5\n")).ok());
  EXPECT_EQ(ChosenTask(Group(1)), "urgent prepare");
  EXPECT_THAT(ChooseTask(core.state(), {}, {"w", Group(1), {}})->reason,
              HasSubstr("sweep urgent (priority 5) is the first with work for this group"));
}

TEST_F(SchedulerTest, PrefersPredictionsToFolds) {
  // A sweep predicts when all its folds are done, so the folds are another's.
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Prepare("w1");
  FinishFolds(2);
  core.RunEffect();
  EXPECT_EQ(ChosenTask(Group(1)), "a predict/0000/0");
  EXPECT_LT((TaskKey{TaskKind::kPredict, 9, 9}), (TaskKey{TaskKind::kTrainFold, 0, 0}));
}

TEST_F(SchedulerTest, LeavesASweepToGroupsOfTheSizeThatItAsksFor) {
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2, "resources: {group_size: 2}\n")).ok());
  EXPECT_EQ(ChosenTask(Group(1)), "a prepare");
  core.Prepare("w1");
  EXPECT_EQ(ChosenTask(Group(1)), "");
  EXPECT_EQ(ChosenTask(Group(2)), "a train/0000/0");
  EXPECT_EQ(WhyNoTask(core.sweep("a"), core.state(), {}, {"w", Group(1), {}}),
            "sweep a needs groups of 2 ranks, this one has 1");
}

TEST_F(SchedulerTest, LeavesASweepToGroupsLikeTheOneThatTookItsFirstFold) {
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 3)).ok());
  core.Prepare("w1");
  EXPECT_EQ(ChosenTask(Group(2, "g")), "a train/0000/0");
  core.Acquire("w1");
  EXPECT_EQ(ChosenTask(Group(1)), "a train/0000/1");
  EXPECT_EQ(ChosenTask(Group(2)), "");
  EXPECT_EQ(ChosenTask(Group(1, "g")), "");
  EXPECT_EQ(WhyNoTask(core.sweep("a"), core.state(), {}, {"w", Group(2), {}}),
            "sweep a needs groups of 1 rank, this one has 2");
  EXPECT_EQ(WhyNoTask(core.sweep("a"), core.state(), {}, {"w", Group(1, "g"), {}}),
            "sweep a is trained with execution fingerprint f, this group has g (another build or "
            "another kind of machine)");
}

TEST_F(SchedulerTest, KeepsAwayTheGroupWhoseDataAreOthers) {
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Prepare("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_DATA).ok());
  EXPECT_FALSE(ChooseTask(core.state(), {}, {"w1", Group(1), {}}).has_value());
  EXPECT_EQ(WhyNoTask(core.sweep("a"), core.state(), {}, {"w1", Group(1), {}}),
            "sweep a goes on without this group: it broke");
  EXPECT_EQ(ChosenTask(Group(1)), "a train/0000/0");
}

TEST_F(SchedulerTest, PassesOverASweepThatAGroupDoesNotFit) {
  ASSERT_TRUE(core.Submit(SmallSweep("first", 1, 2, "resources: {group_size: 1}\n")).ok());
  core.Prepare("w1");
  ASSERT_TRUE(core.Submit(SmallSweep("second", 1, 2)).ok());
  EXPECT_EQ(ChosenTask(Group(2)), "second prepare");
}

TEST_F(SchedulerTest, LooksAtNothingButSizeAndFingerprintOfAGroup) {
  // Parked calls of equal groups are asked for once: see PollQueue.
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Prepare("w1");
  core.Acquire("w1");
  v1::WorkerInfo group = Group(1);
  group.set_host("elsewhere");
  group.set_pid(4711);
  group.set_device("another device");
  group.set_version("0.0.0");
  EXPECT_EQ(ChosenTask(group), ChosenTask(Group(1)));
}

TEST_F(SchedulerTest, SaysThatAFoldGoesOnFromItsCheckpoint) {
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Prepare("w1");
  const v1::Lease lease = core.Acquire("w1").lease();
  ASSERT_TRUE(core.Publish(lease, 7).ok());
  ASSERT_TRUE(core.Release(lease).ok());
  EXPECT_THAT(ChooseTask(core.state(), {}, {"w", Group(1), {}})->reason,
              HasSubstr("resumes from epoch 7"));
}

TEST_F(SchedulerTest, SaysWhyAGroupIsIdleAtEachStage) {
  EXPECT_EQ(WhyIdle(core.state(), {}, {"w", Group(1), {}}), "no sweep is running");
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  const auto why = [this] { return WhyIdle(core.state(), {}, {"w", Group(1), {}}); };
  v1::Lease lease = core.Acquire("w1").lease();
  EXPECT_EQ(why(), "sweep a: waiting for data preparation");
  ASSERT_TRUE(core.Complete(lease).ok());
  EXPECT_EQ(why(), "sweep a: folds are being cut");
  core.RunEffect();
  FinishFolds(1);
  lease = core.Acquire("w1").lease();
  EXPECT_EQ(why(), "sweep a: all 2 folds in flight are running or done");
  ASSERT_TRUE(core.Complete(lease).ok());
  EXPECT_EQ(why(), "sweep a: members are being selected");
  core.RunEffect();
  FinishFolds(1);
  lease = core.Acquire("w1").lease();
  EXPECT_EQ(why(), "sweep a: all predictions are running or done");
  ASSERT_TRUE(core.Complete(lease).ok());
  EXPECT_EQ(why(), "sweep a: the ensemble is being built");
  core.RunEffect();
  EXPECT_EQ(why(), "no sweep is running");
  EXPECT_EQ(WhyNoTask(core.sweep("a"), core.state(), {}, {"w", Group(1), {}}), "sweep a has ended");
}

TEST_F(SchedulerTest, NamesTheFirstSweepsAndCountsTheOthers) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(core.Submit(SmallSweep(name, 1, 2)).ok());
  }
  EXPECT_EQ(WhyIdle(core.state(), {}, {"w", Group(1), {}}),
            "sweep a: waiting for data preparation; sweep b: waiting for data preparation; "
            "sweep c: waiting for data preparation; and 2 more sweeps");
}

}  // namespace
}  // namespace pleat
