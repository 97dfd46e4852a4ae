#include "coordinator/core/coordinator_core.h"

#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

TEST(CoordinatorCore, TakesASweepFromSubmissionToItsEnsemble) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 3)).ok());
  core.Register("w1");
  core.Finish("a", "w1");
  const Sweep& sweep = core.sweep("a");
  ASSERT_TRUE(sweep.ended.has_value());
  EXPECT_EQ(sweep.ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(sweep.folds_done, 6u);
  EXPECT_EQ(sweep.best_trial, 0u);
  EXPECT_EQ(sweep.members->members_size(), 3);
}

TEST(CoordinatorCore, ComesBackTheSameFromItsJournalAfterEveryCommand) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  for (int turn = 0; turn < 100 && !core.sweep("a").ended.has_value(); ++turn) {
    core.Restart();
    if (!core.effects.empty()) {
      core.RunEffect();
      continue;
    }
    core.Register("w1");
    const v1::AcquireTaskResponse task = core.Acquire("w1");
    core.Restart();
    if (task.has_lease()) {
      EXPECT_TRUE(core.Complete(task.lease()).ok());
    }
  }
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST(CoordinatorCore, HandsALostTaskOutAgainAndRefusesTheOlderAttempt) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  const v1::Lease lost = core.Acquire("w1").lease();
  core.AdvanceMs(20'000);
  core.Register("w2");
  const v1::Lease again = core.Acquire("w2").lease();
  EXPECT_EQ(again.task().id(), lost.task().id());
  EXPECT_EQ(again.attempt(), lost.attempt() + 1);
  EXPECT_EQ(core.Complete(lost).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(core.Complete(again).ok());
}

TEST(CoordinatorCore, WakesAParkedPollWhenASweepArrives) {
  CoreHarness core;
  core.Register("w1");
  v1::AcquireTaskRequest request;
  request.set_request_id("w1/1");
  request.set_worker_id("w1");
  request.set_wait_ms(1'000);
  core.Send(7, request);
  EXPECT_EQ(core.TakeReply(7).status.code(), absl::StatusCode::kUnknown);
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  const Reply reply = core.TakeReply(7);
  ASSERT_TRUE(reply.status.ok());
  EXPECT_TRUE(std::get<v1::AcquireTaskResponse>(reply.response).has_lease());
}

TEST(CoordinatorCore, AnswersAPollWithTheReasonWhenItsWaitIsOver) {
  CoreHarness core;
  core.Register("w1");
  v1::AcquireTaskRequest request;
  request.set_request_id("w1/1");
  request.set_worker_id("w1");
  request.set_wait_ms(1'000);
  core.Send(7, request);
  core.AdvanceMs(999);
  EXPECT_FALSE(core.TakeReply(7).status.ok());
  core.AdvanceMs(1);
  const Reply reply = core.TakeReply(7);
  ASSERT_TRUE(reply.status.ok());
  EXPECT_EQ(std::get<v1::AcquireTaskResponse>(reply.response).idle_reason(), "no sweep is running");
}

TEST(CoordinatorCore, TellsTheGroupOfACancelledTrialToStop) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
  core.Register("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  const v1::Lease lease = core.Acquire("w1").lease();
  v1::CancelRequest cancel;
  cancel.set_request_id("c/1");
  cancel.set_name("a");
  cancel.set_trial(0);
  ASSERT_TRUE(core.Ask(cancel).status.ok());
  v1::HeartbeatRequest heartbeat;
  heartbeat.set_worker_id("w1");
  *heartbeat.mutable_attempt() = AttemptOf(lease);
  const Reply reply = core.Ask(heartbeat);
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  EXPECT_TRUE(std::get<v1::HeartbeatResponse>(reply.response).directive().stop());
  EXPECT_EQ(core.Complete(lease).code(), absl::StatusCode::kFailedPrecondition);
  core.Finish("a", "w1");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(core.sweep("a").members->members(0).trial(), 1u);
}

TEST(CoordinatorCore, ReleasesTheTaskOfAGroupThatAsksForAnother) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  const v1::Lease forgotten = core.Acquire("w1").lease();
  const v1::Lease next = core.Acquire("w1").lease();
  EXPECT_EQ(next.task().id(), forgotten.task().id());
  EXPECT_EQ(next.attempt(), forgotten.attempt() + 1);
  EXPECT_EQ(core.Complete(forgotten).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(core.task(next).failures, 0u);
}

TEST(CoordinatorCore, TakesTheTaskFromAGroupThatLivesButStandsStill) {
  CoreHarness core(
      {.store_uuid = "store-1", .store_location = "/store", .progress_timeout_ms = 60'000});
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  const v1::Lease lease = core.Acquire("w1").lease();
  for (int i = 0; i < 5; ++i) {
    core.AdvanceMs(10'000);
    ASSERT_TRUE(core.Heartbeat(lease, 0).ok());
  }
  core.AdvanceMs(9'999);
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kRunning);
  core.AdvanceMs(1);
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
  EXPECT_EQ(core.task(lease).message, "worker w1 is lost: no progress for 60000 ms");
}

TEST(CoordinatorCore, GivesOpenLeasesOneFreshTimeToLiveAfterARestart) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  const v1::Lease lease = core.Acquire("w1").lease();
  core.AdvanceMs(19'999);
  core.Restart();
  core.AdvanceMs(19'999);
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kRunning);
  core.AdvanceMs(1);
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
}

TEST(CoordinatorCore, PredictsOnlyTheMembersOwnFoldsOverViewsWithoutATestSet) {
  CoreHarness core;
  const v1::SweepSpec spec =
      SweepWithoutTestSet("a", 1, 2, "ensemble: {tta: {views: [identity: {}]}}\n");
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Register("w1");
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  const v1::Lease lease = core.Acquire("w1").lease();
  ASSERT_TRUE(lease.task().has_predict());
  EXPECT_EQ(lease.task().predict().splits_size(), 0);
  EXPECT_TRUE(lease.task().predict().out_of_fold());
  EXPECT_EQ(lease.task().predict().views_size(), 2);
  ASSERT_TRUE(core.Complete(lease).ok());
  core.Finish("a", "w1");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST(CoordinatorCore, PredictsNothingWithoutATestSetAndViews) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SweepWithoutTestSet("a", 1, 2)).ok());
  core.Register("w1");
  core.Prepare("w1");
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  ASSERT_EQ(core.effects.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<BuildEnsemble>(core.effects.front()));
}

TEST(CoordinatorCore, HoldsNoMoreTrialsInFlightThanTheSweepAllows) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 5, 2, "resources: {max_concurrent_trials: 2}\n")).ok());
  core.Register("w1");
  core.Prepare("w1");
  EXPECT_EQ(core.sweep("a").trials.size(), 2u);
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  EXPECT_EQ(core.sweep("a").trials.size(), 3u);
}

TEST(CoordinatorCore, ServesTheLongestWaitingGroupsFirst) {
  CoreHarness core;
  for (uint64_t token : {1, 2, 3}) {
    const std::string worker = absl::StrCat("w", token);
    core.Register(worker);
    v1::AcquireTaskRequest request;
    request.set_request_id(worker + "/1");
    request.set_worker_id(worker);
    request.set_wait_ms(30'000);
    core.Send(token, request);
  }
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  const Reply first = core.TakeReply(1);
  ASSERT_TRUE(first.status.ok());
  EXPECT_FALSE(core.TakeReply(2).status.ok());
  ASSERT_TRUE(core.Complete(std::get<v1::AcquireTaskResponse>(first.response).lease()).ok());
  core.RunEffect();
  for (const uint64_t token : {2, 3}) EXPECT_TRUE(core.TakeReply(token).status.ok());
}

}  // namespace
}  // namespace pleat
