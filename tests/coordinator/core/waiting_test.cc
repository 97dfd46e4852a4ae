// What waits for time or space: tasks and effects that failed, held sweeps, groups that fell
// silent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/schedule/scheduler.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

constexpr uint64_t kMib = uint64_t{1} << 20;

class WaitingTest : public testing::Test {
 protected:
  WaitingTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 2, "resources: {max_failures: 3}\n")).ok());
    core.Register("w1");
  }

  std::string AcquiredTask() { return core.Acquire("w1").lease().task().id(); }
  std::string IdleReason() { return core.Acquire("w1").idle_reason(); }
  void SeeSpace(uint64_t free_mib, uint64_t total_mib) {
    core.Send(0, StoreSpace{.free_bytes = free_mib * kMib, .total_bytes = total_mib * kMib});
  }

  CoreHarness core;
};

TEST_F(WaitingTest, HandsAFailedTaskOutAgainAfterAWait) {
  core.Prepare("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_STORE).ok());
  const v1::Lease other = core.Acquire("w1").lease();
  EXPECT_EQ(other.task().id(), "train/0000/1");
  ASSERT_TRUE(core.Complete(other).ok());
  core.AdvanceMs(7'999);
  EXPECT_EQ(IdleReason(), "sweep a: trial 0 fold 0 is waiting 8 s after failure 1 of 3: it broke");
  EXPECT_EQ(core.Get("a").trials(0).folds(0).message(),
            "waiting 8 s after failure 1 of 3: it broke");
  core.AdvanceMs(1);
  EXPECT_EQ(AcquiredTask(), "train/0000/0");
}

TEST_F(WaitingTest, WaitsTwiceAsLongAfterTheNextFailure) {
  for (const int64_t wait_ms : {1'000, 2'000}) {
    const v1::Lease lease = core.Acquire("w1").lease();
    ASSERT_TRUE(core.Fail(lease, v1::FAILURE_KIND_INTERNAL).ok());
    core.AdvanceMs(wait_ms - 1);
    EXPECT_THAT(IdleReason(), HasSubstr("sweep a: data preparation is waiting"));
    core.AdvanceMs(1);
  }
  EXPECT_EQ(AcquiredTask(), "prepare");
}

TEST_F(WaitingTest, WakesAPollWhenTheWaitIsOver) {
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_INTERNAL).ok());
  v1::AcquireTaskRequest poll;
  poll.set_request_id("w1/poll");
  poll.set_worker_id("w1");
  poll.set_wait_ms(30'000);
  core.Send(7, poll);
  core.AdvanceMs(1'000);
  const Reply reply = core.TakeReply(7);
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  EXPECT_EQ(std::get<v1::AcquireTaskResponse>(reply.response).lease().task().id(), "prepare");
}

TEST_F(WaitingTest, GivesADelayedTaskOneFreshWaitAfterARestart) {
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_RESOURCES).ok());
  core.AdvanceMs(5'000);
  core.Restart();
  core.Register("w1");
  core.AdvanceMs(7'999);
  EXPECT_EQ(AcquiredTask(), "");
  core.AdvanceMs(1);
  EXPECT_EQ(AcquiredTask(), "prepare");
}

TEST_F(WaitingTest, ForgetsTheWaitOfACancelledTask) {
  core.Prepare("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_STORE).ok());
  ASSERT_TRUE(core.CancelTrial("a", 0).ok());
  core.AdvanceMs(8'000);
  EXPECT_TRUE(core.sweep("a").ended.has_value());
}

TEST_F(WaitingTest, TriesAnEffectAgainThatFailedForAReasonThatMayPass) {
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  for (const int64_t wait_ms : {1'000, 2'000, 4'000}) {
    core.FailEffect(absl::ResourceExhaustedError("no space left"));
    EXPECT_FALSE(core.sweep("a").ended.has_value());
    core.AdvanceMs(wait_ms - 1);
    EXPECT_TRUE(core.effects.empty());
    core.AdvanceMs(1);
    ASSERT_EQ(core.effects.size(), 1u);
  }
  const std::string reason = "cutting the folds failed, waiting 4 s after failure 3: no space left";
  EXPECT_EQ(core.Get("a").summary().phase(), reason);
  EXPECT_EQ(IdleReason(), "sweep a: " + reason);
  EXPECT_EQ(core.Get("a").effect_failed().message(), "no space left");
  core.RunEffect();
  EXPECT_EQ(core.Get("a").summary().phase(), "training");
  EXPECT_FALSE(core.Get("a").has_effect_failed());
  EXPECT_EQ(AcquiredTask(), "train/0000/0");
}

TEST_F(WaitingTest, WaitsAtMostAMinuteForTheNextTryOfAnEffect) {
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  for (int failure = 0; failure < 50; ++failure) {
    core.FailEffect(absl::UnavailableError("the store does not answer"));
    core.AdvanceMs(60'000);
    ASSERT_EQ(core.effects.size(), 1u);
  }
}

TEST_F(WaitingTest, StartsAFailedEffectAtOnceAfterARestart) {
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.FailEffect(absl::UnavailableError("the store does not answer"));
  core.Restart();
  EXPECT_EQ(core.effects.size(), 1u);
}

TEST_F(WaitingTest, RemovesFilesInTheEnd) {
  ASSERT_TRUE(core.Cancel("a").ok());
  EXPECT_EQ(core.Remove("a").code(), absl::StatusCode::kUnknown);
  core.FailEffect(absl::UnavailableError("the store does not answer"));
  EXPECT_TRUE(core.effects.empty());
  core.AdvanceMs(1'000);
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
  EXPECT_TRUE(core.state().removing().empty());
}

TEST_F(WaitingTest, HandsOutNoTasksWhileSpaceIsShort) {
  SeeSpace(1'023, 1'000'000);
  EXPECT_THAT(IdleReason(), HasSubstr("the disk of store /store has 1023.0 MiB free, less than "
                                      "1024.0 MiB; free space there"));
  EXPECT_THAT(core.Get("a").summary().phase(), HasSubstr("no tasks are handed out"));
  EXPECT_EQ(core.Get("a").hold(), core.Get("a").summary().phase());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  EXPECT_EQ(AcquiredTask(), "");
  core.Restart();
  core.Register("w1");
  SeeSpace(1'200, 1'000'000);
  EXPECT_EQ(AcquiredTask(), "prepare");
}

TEST_F(WaitingTest, WakesPollsWhenThereIsSpaceAgain) {
  SeeSpace(10, 1'000'000);
  v1::AcquireTaskRequest poll;
  poll.set_request_id("w1/poll");
  poll.set_worker_id("w1");
  poll.set_wait_ms(30'000);
  core.Send(7, poll);
  SeeSpace(1'025, 1'000'000);
  EXPECT_FALSE(core.TakeReply(7).status.ok());
  SeeSpace(1'280, 1'000'000);
  EXPECT_TRUE(std::get<v1::AcquireTaskResponse>(core.TakeReply(7).response).has_lease());
}

TEST_F(WaitingTest, KeepsNoMoreThanAFiftiethOfASmallDiskFree) {
  SeeSpace(2, 100);
  EXPECT_EQ(AcquiredTask(), "prepare");
  SeeSpace(1, 100);
  EXPECT_FALSE(core.sweep("a").hold.empty());
}

TEST(Waiting, NeverHoldsWhenNoSpaceIsToBeKept) {
  CoreHarness core({.store_uuid = "store-1", .store_location = "/store", .min_free_bytes = 0});
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Send(0, StoreSpace{.free_bytes = 0, .total_bytes = 100});
  EXPECT_TRUE(core.sweep("a").hold.empty());
}

TEST_F(WaitingTest, ForgetsAGroupThatFellSilentAndThenWaitsForNothing) {
  EXPECT_EQ(core.Get("a").workers_size(), 1);
  core.AdvanceMs(60'000);
  EXPECT_EQ(core.Get("a").workers_size(), 1);
  EXPECT_TRUE(core.WaitsForTime());
  core.AdvanceMs(1);
  EXPECT_EQ(core.Get("a").workers_size(), 0);
  EXPECT_FALSE(core.WaitsForTime());
}

}  // namespace
}  // namespace pleat
