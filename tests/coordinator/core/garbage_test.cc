// What a collection removes and what it lets stay, and when one begins.
#include "coordinator/core/garbage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr char kFold[] = "sweeps/a/trials/0000/fold_0";

v1::Checkpoint CheckpointAt(const std::string& folder) {
  v1::Checkpoint checkpoint;
  checkpoint.mutable_weights()->set_path(folder + "/weights.safetensors");
  checkpoint.mutable_optimizer()->set_path(folder + "/optimizer.safetensors");
  checkpoint.mutable_state()->set_path(folder + "/state.json");
  return checkpoint;
}

// A sweep whose only fold stands as given.
Sweep WithFold(TaskState task) {
  Sweep sweep;
  sweep.name = "a";
  sweep.tasks[{TaskKind::kTrainFold, 0, 0}] = std::move(task);
  return sweep;
}

AttemptFolders PlanOf(TaskState task) {
  return PlanCollection(WithFold(std::move(task)), {{TaskKind::kTrainFold, 0, 0}}).tasks.at(0);
}

Fate FateIn(const AttemptFolders& plan, const std::string& path) {
  return FateOf(std::string(kFold) + "/" + path, plan);
}

TEST(PlanCollection, LetsCheckpointsStayThatAFoldMayGoOnFrom) {
  TaskState task;
  task.attempt = 4;
  task.checkpoint = CheckpointAt(std::string(kFold) + "/attempt_2/checkpoint_20");
  task.previous_checkpoint = CheckpointAt(std::string(kFold) + "/attempt_1/checkpoint_10");
  const AttemptFolders plan = PlanOf(task);
  EXPECT_EQ(plan.folder, kFold);
  EXPECT_THAT(plan.states, SizeIs(2));
  EXPECT_EQ(FateIn(plan, "attempt_1"), Fate::kDiffers);
  EXPECT_EQ(FateIn(plan, "attempt_1/checkpoint_10"), Fate::kDiffers);
  for (const char* file : {"weights.safetensors", "optimizer.safetensors", "state.json"}) {
    EXPECT_EQ(FateIn(plan, std::string("attempt_1/checkpoint_10/") + file), Fate::kStays);
    EXPECT_EQ(FateIn(plan, std::string("attempt_2/checkpoint_20/") + file), Fate::kStays);
  }
  EXPECT_EQ(FateIn(plan, "attempt_1/checkpoint_1"), Fate::kGoes);
  EXPECT_EQ(FateIn(plan, "attempt_2/epochs.csv"), Fate::kGoes);
  EXPECT_EQ(FateIn(plan, "attempt_3"), Fate::kGoes);
  EXPECT_EQ(FateIn(plan, "attempt_4"), Fate::kGoes);
}

TEST(PlanCollection, LetsTheRunningAttemptStayAndThoseToCome) {
  TaskState task;
  task.phase = TaskPhase::kRunning;
  task.attempt = 10;
  const AttemptFolders plan = PlanOf(task);
  EXPECT_EQ(FateIn(plan, "attempt_9"), Fate::kGoes);
  EXPECT_EQ(FateIn(plan, "attempt_1"), Fate::kGoes);
  EXPECT_EQ(FateIn(plan, "attempt_10"), Fate::kStays);
  EXPECT_EQ(FateIn(plan, "attempt_10/checkpoint_5/weights.safetensors"), Fate::kStays);
  EXPECT_EQ(FateIn(plan, "attempt_11"), Fate::kStays);
}

TEST(PlanCollection, LetsStayWhatLiesBesideTheAttempts) {
  TaskState task;
  task.attempt = 10;
  const AttemptFolders plan = PlanOf(task);
  for (const char* other : {"predict", "predict/attempt_1", "attempt_01", "attempt_", "notes"}) {
    EXPECT_EQ(FateIn(plan, other), Fate::kStays) << other;
  }
}

TEST(PlanCollection, LetsAllFilesOfAResultStay) {
  TaskState task;
  task.phase = TaskPhase::kDone;
  task.attempt = 2;
  v1::TrainFoldResult& result = *task.result.emplace().mutable_train_fold();
  // The best epoch may be of an earlier attempt.
  *result.mutable_checkpoint() = CheckpointAt(std::string(kFold) + "/attempt_1/checkpoint_10");
  result.mutable_oof()->set_path(std::string(kFold) + "/attempt_2/oof.npy");
  result.mutable_classes()->set_path(std::string(kFold) + "/attempt_2/classes.csv");
  const AttemptFolders plan = PlanOf(task);
  EXPECT_THAT(plan.states, IsEmpty());
  EXPECT_EQ(FateIn(plan, "attempt_1/checkpoint_10/weights.safetensors"), Fate::kStays);
  EXPECT_EQ(FateIn(plan, "attempt_2/oof.npy"), Fate::kStays);
  EXPECT_EQ(FateIn(plan, "attempt_2/classes.csv"), Fate::kStays);
  EXPECT_EQ(FateIn(plan, "attempt_2/checkpoint_30"), Fate::kGoes);
}

TEST(PlanCollection, TakesTheOldestGarbageFirstAndNotTooMuch) {
  Sweep sweep;
  sweep.name = "a";
  const auto count = static_cast<uint32_t>(kMostCollectedTasks) + 2;
  for (uint32_t trial = 0; trial < count; ++trial) {
    const TaskKey key{TaskKind::kTrainFold, trial, 0};
    sweep.tasks[key].attempt = 1;
    sweep.garbage[key] = 77;  // all with one record
  }
  sweep.garbage[{TaskKind::kTrainFold, count - 1, 0}] = 76;
  const CollectGarbage plan = PlanCollection(sweep, {});
  EXPECT_THAT(plan.tasks, SizeIs(kMostCollectedTasks));
  const auto is_settled = [&plan](const auto& entry) {
    return Settles(plan.collected, entry.second, entry.first);
  };
  std::erase_if(sweep.garbage, is_settled);
  EXPECT_THAT(sweep.garbage, ElementsAre(Pair(TaskKey{TaskKind::kTrainFold, count - 3, 0}, 77),
                                         Pair(TaskKey{TaskKind::kTrainFold, count - 2, 0}, 77)));
}

class CollectionTest : public testing::Test {
 protected:
  CollectionTest() {
    core_.collects_at_once = false;
    EXPECT_TRUE(core_.Submit(SmallSweep("a", 1, 2)).ok());
    core_.Register("w");
    core_.Prepare("w");
  }

  CollectGarbage Take() {
    EXPECT_THAT(core_.collections, SizeIs(1));
    CollectGarbage plan = core_.collections.at(0);
    core_.collections.clear();
    return plan;
  }

  void End(const CollectGarbage& plan, uint64_t files, absl::Status status = {}) {
    CollectionDone done{.sweep = plan.sweep, .status = status, .collected = plan.collected};
    done.collected.set_files(files);
    core_.Send(0, done);
  }

  CoreHarness core_;
};

TEST_F(CollectionTest, BeginsWhenAFoldIsDoneAndSaysWhatItRemoved) {
  EXPECT_THAT(core_.collections, IsEmpty());
  EXPECT_TRUE(core_.Complete(core_.Acquire("w").lease()).ok());
  const CollectGarbage plan = Take();
  EXPECT_THAT(plan.tasks, SizeIs(1));
  End(plan, 3);
  EXPECT_EQ(core_.journal.back().garbage_collected().files(), 3u);
  EXPECT_THAT(core_.sweep("a").garbage, IsEmpty());
}

TEST_F(CollectionTest, IsOneAtATimeAndWaitsABitForTheNext) {
  EXPECT_TRUE(core_.Complete(core_.Acquire("w").lease()).ok());
  const CollectGarbage plan = Take();
  EXPECT_TRUE(core_.Release(core_.Acquire("w").lease()).ok());
  EXPECT_THAT(core_.collections, IsEmpty());
  End(plan, 0);
  EXPECT_THAT(core_.collections, IsEmpty());
  // What happened meanwhile is not forgotten.
  EXPECT_THAT(core_.sweep("a").garbage, SizeIs(1));
  core_.AdvanceMs(11'000);
  EXPECT_THAT(Take().tasks, SizeIs(1));
}

TEST_F(CollectionTest, GoesOnAfterARestart) {
  EXPECT_TRUE(core_.Complete(core_.Acquire("w").lease()).ok());
  Take();
  core_.Restart();
  EXPECT_THAT(Take().tasks, SizeIs(1));
}

TEST_F(CollectionTest, IsTriedAgainWhenItFails) {
  EXPECT_TRUE(core_.Complete(core_.Acquire("w").lease()).ok());
  End(Take(), 1, absl::UnavailableError("the store is out of reach"));
  EXPECT_THAT(core_.sweep("a").garbage, SizeIs(1));
  EXPECT_THAT(core_.collections, IsEmpty());
  core_.AdvanceMs(1'100);
  EXPECT_THAT(Take().tasks, SizeIs(1));
}

TEST_F(CollectionTest, LooksAgainAtTheEndForWhatLostAttemptsWrote) {
  const v1::Lease lost = core_.Acquire("w").lease();
  EXPECT_TRUE(core_.Release(lost).ok());
  End(Take(), 0);
  core_.Finish("a", "w");
  const CollectGarbage first = Take();
  EXPECT_EQ(first.tasks.at(0).folder.find("sweeps/a/trials/0000"), 0u);
  bool found = false;
  for (const AttemptFolders& attempts : first.tasks) {
    found |= FateOf(lost.folder(), attempts) == Fate::kGoes &&
             lost.folder().starts_with(attempts.folder + "/attempt");
  }
  EXPECT_TRUE(found);
}

TEST_F(CollectionTest, FollowsASignOfLifeOfAStaleAttempt) {
  const v1::Lease lost = core_.Acquire("w").lease();
  EXPECT_TRUE(core_.Release(lost).ok());
  End(Take(), 0);
  core_.Finish("a", "w");
  End(Take(), 0);
  core_.AdvanceMs(60'000);
  EXPECT_THAT(core_.collections, IsEmpty());
  EXPECT_FALSE(core_.Heartbeat(lost, 1).ok());
  EXPECT_THAT(core_.collections, IsEmpty());
  core_.AdvanceMs(11'000);
  const CollectGarbage plan = Take();
  EXPECT_THAT(plan.tasks, SizeIs(1));
  // Nothing found is not worth a record.
  const size_t records = core_.journal.size();
  End(plan, 0);
  EXPECT_THAT(core_.journal, SizeIs(records));
}

TEST_F(CollectionTest, HoldsUpTheRemovalOfTheSweep) {
  core_.Finish("a", "w");
  const CollectGarbage plan = Take();
  (void)core_.Remove("a");
  EXPECT_THAT(core_.effects, IsEmpty());
  End(plan, 1);
  EXPECT_THAT(core_.effects, SizeIs(1));
}

TEST_F(CollectionTest, TakesCheckpointsOfACancelledSweep) {
  const v1::Lease lease = core_.Acquire("w").lease();
  EXPECT_TRUE(core_.Publish(lease, 1).ok());
  EXPECT_TRUE(core_.Cancel("a").ok());
  const CollectGarbage plan = Take();
  ASSERT_THAT(plan.tasks, SizeIs(1));
  EXPECT_EQ(FateOf(lease.folder(), plan.tasks.at(0)), Fate::kGoes);
}

}  // namespace
}  // namespace pleat
