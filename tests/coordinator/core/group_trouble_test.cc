// Groups that fail what others complete.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "coordinator/core/group_book.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

constexpr int64_t kAfterRetryMs = 10'000;

class GroupTroubleTest : public testing::Test {
 protected:
  void Begin(uint32_t trials, const std::string& more = "") {
    ASSERT_TRUE(core.Submit(SmallSweep("a", trials, 5, more)).ok());
    core.Register("good", 1, "f", "h1");
    core.Prepare("good");
    core.Register("bad", 1, "f", "h2");
  }
  std::string Next(const std::string& worker) { return core.Acquire(worker).lease().task().id(); }
  void Fail(const v1::Lease& lease, v1::FailureKind kind = v1::FAILURE_KIND_INTERNAL) {
    ASSERT_TRUE(core.Fail(lease, kind).ok());
  }
  // The group fails its next fold, and another one completes that.
  void FailWhatAnotherCompletes(const std::string& bad, const std::string& good) {
    const v1::Lease failed = core.Acquire(bad).lease();
    Fail(failed);
    WaitForRetry();
    const v1::Lease completed = core.Acquire(good).lease();
    ASSERT_EQ(completed.task().id(), failed.task().id());
    ASSERT_TRUE(core.Complete(completed).ok());
  }
  // So long that a task may be tried again; groups stay connected.
  void WaitForRetry() { core.AdvanceMs(kAfterRetryMs); }

  std::string WhyIdle(const std::string& worker) {
    const v1::GetResponse sweep = core.Get("a");
    for (const v1::WorkerStatus& status : sweep.workers()) {
      if (status.worker_id() == worker) return status.idle_reason();
    }
    return "not connected";
  }
  int CountSetAside() const {
    int count = 0;
    for (const v1::JournalRecord& record : core.journal) count += record.has_group_set_aside();
    return count;
  }

  CoreHarness core;
};

TEST_F(GroupTroubleTest, AFoldThatFailedIsTriedElsewhere) {
  Begin(1);
  const v1::Lease failed = core.Acquire("bad").lease();
  EXPECT_EQ(failed.task().id(), "train/0000/0");
  Fail(failed);
  WaitForRetry();
  EXPECT_EQ(Next("bad"), "train/0000/1");
  EXPECT_EQ(Next("good"), "train/0000/0");
}

TEST_F(GroupTroubleTest, OnAnotherHostIfThereIsOne) {
  Begin(1);
  core.Register("worse", 1, "f", "h2");
  Fail(core.Acquire("bad").lease());
  WaitForRetry();
  EXPECT_EQ(Next("worse"), "train/0000/1");
  EXPECT_EQ(Next("good"), "train/0000/0");
}

TEST_F(GroupTroubleTest, OrInAnotherGroupOfTheHostIfThereIsNone) {
  Begin(1);
  Fail(core.Acquire("bad").lease());
  core.AdvanceMs(70'000);
  core.Register("bad", 1, "f", "h2");
  core.Register("worse", 1, "f", "h2");
  EXPECT_EQ(Next("bad"), "train/0000/1");
  EXPECT_EQ(Next("worse"), "train/0000/0");
}

TEST_F(GroupTroubleTest, OrInTheSameGroupIfThereIsNoOther) {
  Begin(1);
  Fail(core.Acquire("bad").lease());
  core.AdvanceMs(70'000);  // the other one is forgotten
  core.Register("bad", 1, "f", "h2");
  EXPECT_EQ(Next("bad"), "train/0000/0");
}

TEST_F(GroupTroubleTest, OrIfTheOthersFailedItTooOrCannotRunIt) {
  Begin(1, "resources: {group_size: 1}\n");
  core.Register("larger", 2, "f", "h3");
  Fail(core.Acquire("bad").lease());
  WaitForRetry();
  Fail(core.Acquire("good").lease());
  WaitForRetry();
  EXPECT_EQ(Next("bad"), "train/0000/0");
}

TEST_F(GroupTroubleTest, SaysThatATaskIsLeftToOthers) {
  Begin(1, "resources: {max_concurrent_trials: 1}\n");
  Fail(core.Acquire("bad").lease());
  for (int fold = 1; fold < 5; ++fold) {
    ASSERT_TRUE(core.Complete(core.Acquire("good").lease()).ok());
  }
  WaitForRetry();
  EXPECT_FALSE(core.Acquire("bad").has_lease());
  EXPECT_EQ(WhyIdle("bad"),
            "sweep a: trial 0 fold 0 is left to other groups, since this one, or one on "
            "its host, had it before");
}

TEST_F(GroupTroubleTest, AGroupThatFailsWhatOthersCompleteIsSetAside) {
  Begin(8);
  for (uint32_t i = 0; i < kMostFailuresOfGroup; ++i) {
    EXPECT_EQ(CountSetAside(), 0);
    FailWhatAnotherCompletes("bad", "good");
  }
  EXPECT_EQ(CountSetAside(), 1);
  EXPECT_FALSE(core.Acquire("bad").has_lease());
  EXPECT_EQ(WhyIdle("bad"),
            "this group is set aside: others completed the last 3 tasks that failed here or on its "
            "host (the last: it broke); it gets a try after 20 more tasks, or when no other group "
            "is there");
  core.Restart();
  core.Register("bad", 1, "f", "h2");
  core.Register("good", 1, "f", "h1");
  EXPECT_FALSE(core.Acquire("bad").has_lease());
}

TEST_F(GroupTroubleTest, ItGetsATryOnceOthersHaveDoneEnough) {
  Begin(8);
  for (uint32_t i = 0; i < kMostFailuresOfGroup; ++i) FailWhatAnotherCompletes("bad", "good");
  for (uint32_t i = 0; i < kTasksBetweenTries; ++i) {
    EXPECT_FALSE(core.Acquire("bad").has_lease()) << i;
    ASSERT_TRUE(core.Complete(core.Acquire("good").lease()).ok());
  }
  // Having failed that too, it is set aside at once.
  Fail(core.Acquire("bad").lease());
  EXPECT_EQ(CountSetAside(), 2);
  EXPECT_FALSE(core.Acquire("bad").has_lease());
}

TEST_F(GroupTroubleTest, OneTaskThatItCompletesWipesThatOut) {
  Begin(8);
  for (uint32_t i = 0; i < kMostFailuresOfGroup - 1; ++i) FailWhatAnotherCompletes("bad", "good");
  ASSERT_TRUE(core.Complete(core.Acquire("bad").lease()).ok());
  for (uint32_t i = 0; i < kMostFailuresOfGroup - 1; ++i) FailWhatAnotherCompletes("bad", "good");
  EXPECT_EQ(CountSetAside(), 0);
}

TEST_F(GroupTroubleTest, TheLastGroupIsNeverSetAside) {
  Begin(8);
  for (uint32_t i = 0; i < kMostFailuresOfGroup; ++i) FailWhatAnotherCompletes("bad", "good");
  core.AdvanceMs(70'000);
  core.Register("bad", 1, "f", "h2");
  EXPECT_TRUE(core.Acquire("bad").has_lease());
}

TEST_F(GroupTroubleTest, WhatFailsEverywhereIsNobodysFault) {
  Begin(8);
  for (int i = 0; i < 30; ++i) {
    for (const char* worker : {"bad", "good"}) {
      const v1::AcquireTaskResponse task = core.Acquire(worker);
      if (task.has_lease()) Fail(task.lease());
    }
    WaitForRetry();
  }
  EXPECT_EQ(CountSetAside(), 0);
}

TEST_F(GroupTroubleTest, RecordsOfLongMessagesCanBeReadAgain) {
  Begin(8);
  for (uint32_t i = 0; i < kMostFailuresOfGroup; ++i) {
    const v1::Lease failed = core.Acquire("bad").lease();
    v1::FailTaskRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(failed);
    request.set_kind(v1::FAILURE_KIND_INTERNAL);
    // Whichever byte the message is cut at, it is inside a character.
    for (int letter = 0; letter < 300; ++letter) *request.mutable_message() += "\u20ac";
    ASSERT_TRUE(core.Ask(request).status.ok());
    WaitForRetry();
    ASSERT_TRUE(core.Complete(core.Acquire("good").lease()).ok());
  }
  EXPECT_EQ(CountSetAside(), 1);
  for (const v1::JournalRecord& record : core.journal) {
    v1::JournalRecord read;
    EXPECT_TRUE(read.ParseFromString(record.SerializeAsString()));
  }
  v1::StateSnapshot snapshot;
  EXPECT_TRUE(snapshot.ParseFromString(core.state().Snapshot().SerializeAsString()));
}

TEST_F(GroupTroubleTest, AHostWhoseGroupsFailIsSetAsideAsAWhole) {
  Begin(8);
  // Each group is new: it fails once and ends.
  for (uint32_t i = 0; i < kMostFailuresOfHost; ++i) {
    const std::string worker = absl::StrCat("bad", i);
    core.Register(worker, 1, "f", "h2");
    FailWhatAnotherCompletes(worker, "good");
  }
  EXPECT_EQ(CountSetAside(), 1);
  core.Register("another", 1, "f", "h2");
  EXPECT_FALSE(core.Acquire("another").has_lease());
  core.Register("elsewhere", 1, "f", "h3");
  EXPECT_TRUE(core.Acquire("elsewhere").has_lease());
}

TEST_F(GroupTroubleTest, ALostTaskThatGotNowhereCountsAsFailed) {
  Begin(1);
  const v1::Lease lost = core.Acquire("bad").lease();
  core.AdvanceMs(25'000);
  core.Register("bad", 1, "f", "h2");
  core.Register("good", 1, "f", "h1");
  EXPECT_NE(Next("bad"), lost.task().id());
  EXPECT_EQ(Next("good"), lost.task().id());
}

TEST_F(GroupTroubleTest, WhenMemoryRunsOutTheFoldsOfTheTrialSaveIt) {
  Begin(2);
  EXPECT_FALSE(core.Acquire("good").lease().task().train_fold().recompute_activations());
  Fail(core.Acquire("bad").lease(), v1::FAILURE_KIND_OUT_OF_MEMORY);
  const v1::Lease next = core.Acquire("bad").lease();
  EXPECT_EQ(next.task().train_fold().config().trial(), 0u);
  EXPECT_TRUE(next.task().train_fold().recompute_activations());
  core.Restart();
  core.Register("new", 1, "f", "h3");
  for (;;) {
    const v1::TrainFoldTask work = core.Acquire("new").lease().task().train_fold();
    ASSERT_EQ(work.recompute_activations(), work.config().trial() == 0);
    if (work.config().trial() == 1) break;
    const v1::Lease held = core.Acquire("new").lease();
    ASSERT_TRUE(core.Complete(held).ok());
  }
}

TEST(GroupBook, ForgetsTheFirstOfTooMany) {
  GroupBook book;
  for (int i = 0; i < 10'000; ++i) book.Remember({false, absl::StrCat(i)});
  v1::StateSnapshot snapshot;
  book.Save(&snapshot);
  EXPECT_EQ(snapshot.groups_size(), 4'096);
}

}  // namespace
}  // namespace pleat
