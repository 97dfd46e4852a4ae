// Which checkpoint a fold goes on from, and which never again.
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
    core.Register("w1");
    core.Prepare("w1");
    lease = core.Acquire("w1").lease();
  }

  static const v1::Checkpoint& ResumeFrom(const v1::Lease& lease) {
    return lease.task().train_fold().resume_from();
  }

  // Ends the attempt in hand, and takes the fold again.
  void TakeAgain() {
    ASSERT_TRUE(core.Release(lease).ok());
    lease = core.Acquire("w1").lease();
  }

  // The checkpoint that the lease in hand goes on from proves damaged.
  Reply Quarantine(const v1::Checkpoint& checkpoint) {
    v1::QuarantineCheckpointRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_checkpoint() = checkpoint;
    request.set_message("optimizer.safetensors is damaged");
    return core.Ask(request);
  }
  static v1::QuarantineCheckpointResponse AnswerOf(const Reply& reply) {
    EXPECT_TRUE(reply.status.ok()) << reply.status;
    return std::get<v1::QuarantineCheckpointResponse>(reply.response);
  }

  CoreHarness core;
  v1::Lease lease;
};

TEST_F(CheckpointTest, FoldGoesOnFromTheNewest) {
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  ASSERT_TRUE(core.Publish(lease, 2).ok());
  TakeAgain();
  EXPECT_EQ(ResumeFrom(lease).epoch(), 2u);
}

TEST_F(CheckpointTest, DamagedOnesAreNeverHandedOutAgain) {
  for (const uint32_t epoch : {1, 2, 3}) ASSERT_TRUE(core.Publish(lease, epoch).ok());
  TakeAgain();
  EXPECT_EQ(AnswerOf(Quarantine(ResumeFrom(lease))).resume_from().epoch(), 2u);
  TakeAgain();
  EXPECT_EQ(ResumeFrom(lease).epoch(), 2u);
  core.Restart();
  core.Register("w1");
  TakeAgain();
  EXPECT_EQ(ResumeFrom(lease).epoch(), 2u);
  EXPECT_FALSE(AnswerOf(Quarantine(ResumeFrom(lease))).has_resume_from());
  TakeAgain();
  EXPECT_FALSE(lease.task().train_fold().has_resume_from());
}

TEST_F(CheckpointTest, NewOnesComeBesideTheOneThatHeld) {
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  ASSERT_TRUE(core.Publish(lease, 2).ok());
  TakeAgain();
  AnswerOf(Quarantine(ResumeFrom(lease)));
  ASSERT_TRUE(core.Publish(lease, 3).ok());
  TakeAgain();
  EXPECT_EQ(AnswerOf(Quarantine(ResumeFrom(lease))).resume_from().epoch(), 1u);
}

TEST_F(CheckpointTest, JournalSaysWhatWasDamagedAndWhatComesInstead) {
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  ASSERT_TRUE(core.Publish(lease, 2).ok());
  TakeAgain();
  AnswerOf(Quarantine(ResumeFrom(lease)));
  const v1::CheckpointQuarantined& update = core.journal.back().checkpoint_quarantined();
  EXPECT_EQ(update.task(), lease.task().id());
  EXPECT_EQ(update.attempt(), lease.attempt());
  EXPECT_EQ(update.checkpoint().epoch(), 2u);
  EXPECT_EQ(update.resume_from().epoch(), 1u);
  EXPECT_EQ(update.message(), "optimizer.safetensors is damaged");
}

TEST_F(CheckpointTest, OnlyTheOneInQuestionIsSetAside) {
  v1::Checkpoint other;
  EXPECT_EQ(Quarantine(other).status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  TakeAgain();
  other.set_epoch(7);
  EXPECT_EQ(Quarantine(other).status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(core.task(lease).checkpoint.has_value());
}

TEST_F(CheckpointTest, StaleAttemptsSetNothingAside) {
  ASSERT_TRUE(core.Publish(lease, 1).ok());
  const v1::Lease stale = lease;
  TakeAgain();
  const v1::Lease live = std::exchange(lease, stale);
  EXPECT_EQ(Quarantine(ResumeFrom(live)).status.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(CheckpointTest, FailureOfTheStoreGoesBackByOne) {
  for (const uint32_t epoch : {4, 5}) ASSERT_TRUE(core.Publish(lease, epoch).ok());
  ASSERT_TRUE(core.Fail(lease, v1::FAILURE_KIND_INTERNAL).ok());
  core.AdvanceMs(1'000);
  lease = core.Acquire("w1").lease();
  EXPECT_EQ(ResumeFrom(lease).epoch(), 5u);
  ASSERT_TRUE(core.Fail(lease, v1::FAILURE_KIND_STORE).ok());
  core.AdvanceMs(16'000);
  lease = core.Acquire("w1").lease();
  EXPECT_EQ(ResumeFrom(lease).epoch(), 4u);
}

TEST_F(CheckpointTest, ResultLeavesNoneToGoOnFrom) {
  for (const uint32_t epoch : {1, 2}) ASSERT_TRUE(core.Publish(lease, epoch).ok());
  ASSERT_TRUE(core.Complete(lease).ok());
  EXPECT_FALSE(core.task(lease).checkpoint.has_value());
  EXPECT_FALSE(core.task(lease).previous_checkpoint.has_value());
}

class WaitingAttemptTest : public CheckpointTest {
 protected:
  void Heartbeat(const std::string& waits_for) {
    v1::HeartbeatRequest request;
    request.set_worker_id("w1");
    *request.mutable_attempt() = AttemptOf(lease);
    request.mutable_progress()->set_waits_for(waits_for);
    ASSERT_TRUE(core.Ask(request).status.ok());
  }
};

TEST_F(WaitingAttemptTest, IsJournaledWhenItBeginsAndEnds) {
  const size_t before = core.journal.size();
  Heartbeat("no space");
  Heartbeat("no space");
  ASSERT_EQ(core.journal.size(), before + 1);
  EXPECT_EQ(core.journal.back().task_waiting().reason(), "no space");
  core.Restart();
  EXPECT_EQ(core.task(lease).waits_for, "no space");
  core.Register("w1");
  EXPECT_EQ(core.Get("a").workers(0).waits_for(), "no space");
  Heartbeat("");
  EXPECT_EQ(core.journal.back().task_waiting().reason(), "");
  EXPECT_EQ(core.Get("a").workers(0).waits_for(), "");
}

TEST_F(WaitingAttemptTest, EndsWithItsAttempt) {
  Heartbeat("no space");
  TakeAgain();
  EXPECT_EQ(core.task(lease).waits_for, "");
}

TEST_F(WaitingAttemptTest, KeepsOnlyTheBeginningOfLongReasons) {
  Heartbeat(std::string(999, 'a') + "\xc3\xa9" + std::string(10'000, 'b'));
  EXPECT_EQ(core.task(lease).waits_for, std::string(999, 'a') + "?");
}

}  // namespace
}  // namespace pleat
