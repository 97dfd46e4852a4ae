// What the core makes of attempts and effects that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "coordinator/core/common_cause.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class FailureTest : public testing::Test {
 protected:
  FailureTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 2, "resources: {max_failures: 3}\n")).ok());
    core.Register("w1");
  }

  // Fails the next task of w1, and lets the wait after that pass; returns its lease.
  v1::Lease FailNext(v1::FailureKind kind) {
    const v1::Lease lease = core.Acquire("w1").lease();
    EXPECT_TRUE(core.Fail(lease, kind).ok());
    core.AdvanceMs(60'000);
    return lease;
  }
  // Loses that kind of task, which is the next each time; the sweep ends after so many losses.
  void LoseUntilTheEnd(bool (v1::Task::*is_kind)() const, int losses) {
    for (int i = 0; i < losses; ++i) {
      ASSERT_FALSE(core.sweep("a").ended.has_value()) << "after " << i;
      core.Register("w1");
      ASSERT_TRUE((core.Acquire("w1").lease().task().*is_kind)());
      core.AdvanceMs(20'000);
    }
    ASSERT_TRUE(core.sweep("a").ended.has_value());
  }
  const v1::SweepEnded& ended() const { return *core.sweep("a").ended; }

  // A call that waits for a task.
  v1::AcquireTaskRequest Poll(const std::string& worker) {
    v1::AcquireTaskRequest request;
    request.set_request_id(core.NextId());
    request.set_worker_id(worker);
    request.set_wait_ms(5'000);
    return request;
  }

  CoreHarness core;
};

TEST_F(FailureTest, GivesUpAFoldAtExactlyMaxFailures) {
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_INTERNAL);
  const v1::Lease second = FailNext(v1::FAILURE_KIND_RESOURCES);
  EXPECT_EQ(core.task(second).phase, TaskPhase::kWaiting);
  const v1::Lease third = FailNext(v1::FAILURE_KIND_INTERNAL);
  EXPECT_EQ(third.task().id(), second.task().id());
  EXPECT_EQ(core.task(third).phase, TaskPhase::kAbandoned);
  EXPECT_THAT(core.task(third).message, HasSubstr("3 attempts failed, the last: it broke"));
}

TEST_F(FailureTest, DoesNotCountLostAndReleasedAttempts) {
  core.Prepare("w1");
  v1::Lease lease;
  for (int i = 0; i < 4; ++i) {
    core.Register("w1");
    lease = core.Acquire("w1").lease();
    ASSERT_TRUE(core.Release(lease).ok());
    lease = core.Acquire("w1").lease();
    core.AdvanceMs(20'000);
  }
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
  EXPECT_EQ(core.task(lease).attempt, 8u);
  EXPECT_EQ(core.task(lease).failures, 0u);
}

TEST_F(FailureTest, GivesUpAFoldThatNeverGetsAnywhere) {
  core.Prepare("w1");
  v1::Lease lease;
  for (int i = 0; i < 9; ++i) {
    core.Register("w1");
    lease = core.Acquire("w1").lease();
    core.AdvanceMs(20'000);
  }
  core.Restart();
  core.Register("w1");
  lease = core.Acquire("w1").lease();
  EXPECT_EQ(lease.task().train_fold().fold(), 0u);
  core.AdvanceMs(20'000);
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kAbandoned);
  EXPECT_THAT(core.task(lease).message,
              HasSubstr("10 attempts were lost without a new epoch or a checkpoint"));
  core.Register("w1");
  EXPECT_EQ(core.Acquire("w1").lease().task().train_fold().fold(), 1u);
}

TEST_F(FailureTest, GivesUpAFoldThatComesToTheSameEpochForEver) {
  core.Prepare("w1");
  v1::Lease lease;
  // The first attempt comes farther than all others.
  for (uint32_t attempt = 1; attempt <= 11; ++attempt) {
    core.Register("w1");
    lease = core.Acquire("w1").lease();
    EXPECT_EQ(lease.attempt(), attempt);
    for (uint32_t epoch = 1; epoch <= (attempt == 1 ? 2u : 1u); ++epoch) {
      ASSERT_TRUE(core.ReportEpoch(lease, epoch).ok());
    }
    core.AdvanceMs(20'000);
  }
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kAbandoned);
}

TEST_F(FailureTest, KeepsAFoldThatAdvancesBetweenLosses) {
  core.Prepare("w1");
  v1::Lease lease;
  for (uint32_t i = 0; i < 12; ++i) {
    core.Register("w1");
    lease = core.Acquire("w1").lease();
    if (i == 8) {
      ASSERT_TRUE(core.Publish(lease, 1).ok());
    }
    core.AdvanceMs(20'000);
  }
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
  EXPECT_EQ(core.task(lease).fruitless, 3u);
}

TEST_F(FailureTest, KeepsAFoldThatIsGivenBackAgainAndAgain) {
  core.Prepare("w1");
  v1::Lease lease;
  for (int i = 0; i < 30; ++i) {
    lease = core.Acquire("w1").lease();
    ASSERT_TRUE(core.Release(lease).ok());
  }
  for (int i = 0; i < 30; ++i) lease = core.Acquire("w1").lease();
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kRunning);
  EXPECT_EQ(core.task(lease).fruitless, 0u);
}

TEST_F(FailureTest, KeepsAFoldThatAdvancedInAnAttemptThatFailed) {
  core.Prepare("w1");
  v1::Lease lease;
  for (int i = 0; i < 12; ++i) {
    core.Register("w1");
    lease = core.Acquire("w1").lease();
    if (i == 6) {
      ASSERT_TRUE(core.ReportEpoch(lease, 1).ok());
      ASSERT_TRUE(core.Fail(lease, v1::FAILURE_KIND_INTERNAL).ok());
    }
    core.AdvanceMs(20'000);
  }
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
  EXPECT_EQ(core.task(lease).fruitless, 5u);
}

TEST_F(FailureTest, AFewLostPreparationsAndPredictionsEndNoSweep) {
  for (int i = 0; i < 30; ++i) {
    core.Register("w1");
    ASSERT_TRUE(core.Acquire("w1").lease().task().has_prepare_data());
    core.AdvanceMs(20'000);
  }
  core.Register("w1");
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  for (int i = 0; i < 30; ++i) {
    core.Register("w1");
    ASSERT_TRUE(core.Acquire("w1").lease().task().has_predict());
    core.AdvanceMs(20'000);
  }
  core.Register("w1");
  core.Finish("a", "w1");
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(FailureTest, APreparationThatKillsEveryWorkerEndsItsSweep) {
  LoseUntilTheEnd(&v1::Task::has_prepare_data, 100);
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_THAT(ended().reason(), HasSubstr("gave up data preparation: 100 attempts were lost, "));
}

TEST_F(FailureTest, APredictionThatKillsEveryWorkerEndsItsSweep) {
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  LoseUntilTheEnd(&v1::Task::has_predict, 100);
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_THAT(ended().reason(), HasSubstr(": 100 attempts were lost, "));
}

TEST_F(FailureTest, GoesOnWithoutTheWorkerWhoseDataAreOthers) {
  core.Prepare("w1");
  core.Register("w2");
  const v1::Lease lease = FailNext(v1::FAILURE_KIND_DATA);
  EXPECT_EQ(core.task(lease).failures, 0u);
  EXPECT_FALSE(core.Acquire("w1").has_lease());
  core.Restart();
  core.Register("w1");
  core.Register("w2");
  EXPECT_FALSE(core.Acquire("w1").has_lease());
  EXPECT_THAT(core.Get("a").summary().phase(), HasSubstr("without 1 group whose data"));
  core.Finish("a", "w2");
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(FailureTest, AGroupThatTrainedNothingDoesNotKeepOthersOut) {
  core.Prepare("w1");
  core.Register("pair", /*group_size=*/2);
  // It is kept away, lost, or gives the fold back; the other waits for its turn each time.
  const v1::Lease kept_away = core.Acquire("w1").lease();
  core.Send(1, Poll("pair"));
  ASSERT_TRUE(core.Fail(kept_away, v1::FAILURE_KIND_DATA).ok());
  const Reply reply = core.TakeReply(1);
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  const v1::Lease released = std::get<v1::AcquireTaskResponse>(reply.response).lease();
  EXPECT_EQ(core.sweep("a").execution->group_size(), 2u);
  ASSERT_TRUE(core.Release(released).ok());
  core.Register("w2");
  const v1::Lease lost = core.Acquire("w2").lease();
  EXPECT_FALSE(core.Acquire("pair").has_lease());
  core.AdvanceMs(20'000);
  core.Restart();
  core.Register("pair", /*group_size=*/2);
  core.Finish("a", "pair");
  EXPECT_EQ(core.sweep("a").execution->group_size(), 2u);
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(FailureTest, AGroupThatTrainedKeepsOthersOut) {
  core.Prepare("w1");
  core.Register("pair", /*group_size=*/2);
  const v1::Lease lease = core.Acquire("w1").lease();
  ASSERT_TRUE(core.ReportEpoch(lease, 1).ok());
  ASSERT_TRUE(core.Release(lease).ok());
  EXPECT_FALSE(core.Acquire("pair").has_lease());
  // Nor does one that leaves while another of its kind trains.
  core.Register("w2");
  const v1::Lease first = core.Acquire("w1").lease();
  ASSERT_TRUE(core.Acquire("w2").has_lease());
  ASSERT_TRUE(core.Release(first).ok());
  EXPECT_FALSE(core.Acquire("pair").has_lease());
}

TEST_F(FailureTest, AWorkerKeptAwayDoesNotHoldUpThoseLikeIt) {
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_DATA);
  core.Register("w2");
  const v1::Lease first = core.Acquire("w2").lease();
  core.Register("w3");
  const v1::Lease second = core.Acquire("w3").lease();
  // Both wait, the one kept away before the other; then a fold comes back.
  core.Register("w4");
  core.Send(1, Poll("w1"));
  core.Send(2, Poll("w4"));
  ASSERT_TRUE(core.Release(second).ok());
  EXPECT_TRUE(absl::IsUnknown(core.TakeReply(1).status));
  const Reply reply = core.TakeReply(2);
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  EXPECT_TRUE(std::get<v1::AcquireTaskResponse>(reply.response).has_lease());
}

TEST_F(FailureTest, EndsDegradedAndNamesTheFoldThatWasGivenUp) {
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_NAN);
  core.Finish("a", "w1");
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_DEGRADED);
  EXPECT_THAT(ended().reason(), HasSubstr("trial 0 fold 0 (the loss is not finite: it broke)"));
}

TEST_F(FailureTest, EndsDegradedAndNamesATrialThatLostAllItsFolds) {
  ASSERT_TRUE(core.Cancel("a").ok());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 2, 2)).ok());
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_NAN);
  FailNext(v1::FAILURE_KIND_NAN);
  core.Finish("b", "w1");
  const v1::SweepEnded& end = *core.sweep("b").ended;
  EXPECT_EQ(end.state(), v1::SWEEP_STATE_DEGRADED);
  EXPECT_THAT(end.reason(), HasSubstr("lacks 2 folds: trial 0 fold 0"));
  EXPECT_THAT(end.reason(), HasSubstr("trial 0 fold 1"));
}

TEST_F(FailureTest, DoesNotMissATrialThatWasCancelled) {
  ASSERT_TRUE(core.Cancel("a").ok());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 2, 2)).ok());
  core.Prepare("w1");
  ASSERT_TRUE(core.CancelTrial("b", 0).ok());
  core.Finish("b", "w1");
  EXPECT_EQ(core.sweep("b").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(FailureTest, FailsWhenNoFoldIsLeft) {
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_NAN);
  FailNext(v1::FAILURE_KIND_NAN);
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_THAT(ended().reason(),
              HasSubstr("no trial has a finished fold, so no ensemble can be made; 2 of 2 folds "
                        "were given up for: the loss is not finite: it broke"));
}

TEST_F(FailureTest, NamesTheCommonestCause) {
  ASSERT_TRUE(core.Cancel("a").ok());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 2, 2)).ok());
  core.Prepare("w1");
  Sweep sweep = core.sweep("b");
  EXPECT_EQ(CommonestCause(sweep), "");
  const char* messages[] = {"no room", "loss is NaN at step 3", "loss is NaN at step 12", ""};
  for (auto& [key, task] : sweep.tasks) {
    if (key.kind != TaskKind::kTrainFold) continue;
    task.message = messages[2 * key.trial + key.fold];
    if (!task.message.empty()) task.phase = TaskPhase::kAbandoned;
  }
  EXPECT_EQ(CommonestCause(sweep), "2 of 4 folds were given up for: loss is NaN at step 3");
}

TEST_F(FailureTest, SaysThatTheDataAreAtFault) {
  FailNext(v1::FAILURE_KIND_DATA);
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_EQ(ended().failure(), v1::FAILURE_KIND_DATA);
  EXPECT_THAT(ended().reason(), HasSubstr("the data do not hold: it broke (data preparation)"));
}

TEST_F(FailureTest, SaysThatTheConfigurationIsAtFault) {
  core.Prepare("w1");
  FailNext(v1::FAILURE_KIND_CONFIG);
  EXPECT_EQ(ended().failure(), v1::FAILURE_KIND_CONFIG);
  EXPECT_THAT(ended().reason(), HasSubstr("cannot be trained: it broke (trial 0 fold 0)"));
  core.Restart();
  EXPECT_EQ(ended().failure(), v1::FAILURE_KIND_CONFIG);
}

TEST_F(FailureTest, EndsTheSweepWhenItsFoldsCannotBeCut) {
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.FailEffect(absl::InvalidArgumentError("100 rows cannot be cut into 200 folds"));
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_EQ(ended().failure(), v1::FAILURE_KIND_DATA);
  EXPECT_EQ(ended().reason(), "cutting the folds failed: 100 rows cannot be cut into 200 folds");
}

TEST_F(FailureTest, EndsTheSweepWhenAnEffectFails) {
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  ASSERT_TRUE(std::holds_alternative<SelectMembers>(core.effects.front()));
  core.FailEffect(absl::DataLossError("oof.npy: SHA-256 differs"));
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_EQ(ended().failure(), v1::FAILURE_KIND_INTERNAL);
  EXPECT_EQ(ended().reason(), "selecting the members failed: oof.npy: SHA-256 differs");
}

TEST_F(FailureTest, EndsTheSweepWhenAnEffectCannotSucceedLater) {
  for (const absl::Status& error :
       {absl::AlreadyExistsError("folds.npy exists"), absl::NotFoundError("labels.npy is gone"),
        absl::OutOfRangeError("labels.npy is short"), absl::UnimplementedError("no such blend"),
        absl::FailedPreconditionError("another format"), absl::DataLossError("damaged")}) {
    CoreHarness other;
    ASSERT_TRUE(other.Submit(SmallSweep("a", 1, 2)).ok());
    other.Register("w1");
    ASSERT_TRUE(other.Complete(other.Acquire("w1").lease()).ok());
    other.FailEffect(error);
    ASSERT_TRUE(other.sweep("a").ended.has_value()) << error;
    EXPECT_THAT(other.sweep("a").ended->reason(), HasSubstr(std::string(error.message())));
  }
}

TEST_F(FailureTest, EndsTheSweepWhenAMemberCannotPredict) {
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(FailNext(v1::FAILURE_KIND_INTERNAL).task().has_predict());
  }
  EXPECT_EQ(ended().state(), v1::SWEEP_STATE_FAILED);
  EXPECT_THAT(ended().reason(), HasSubstr("gave up predictions of trial 0 fold 0"));
}

TEST_F(FailureTest, RefusesAResultOfAnotherKind) {
  core.Prepare("w1");
  const v1::Lease lease = core.Acquire("w1").lease();
  v1::CompleteTaskRequest request;
  request.set_request_id("w1/1");
  *request.mutable_attempt() = AttemptOf(lease);
  request.mutable_result()->mutable_predict();
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(core.Complete(lease).ok());
}

}  // namespace
}  // namespace pleat
