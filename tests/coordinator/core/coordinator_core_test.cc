#include "coordinator/core/coordinator_core.h"

#include <gtest/gtest.h>

#include <map>

#include "common/base/philox.h"
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

TEST(CoordinatorCore, AnswersARetryWithTheFirstReplyEvenAfterARestart) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  v1::AcquireTaskRequest request;
  request.set_request_id("w1/1");
  request.set_worker_id("w1");
  const Reply first = core.Ask(request);
  core.Restart();
  request.set_wait_ms(500);
  const Reply retry = core.Ask(request);
  ASSERT_TRUE(retry.status.ok()) << retry.status;
  EXPECT_EQ(std::get<v1::AcquireTaskResponse>(first.response).SerializeAsString(),
            std::get<v1::AcquireTaskResponse>(retry.response).SerializeAsString());
  request.set_worker_id("w2");
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
  request.clear_request_id();
  EXPECT_EQ(core.Ask(request).status.code(), absl::StatusCode::kInvalidArgument);
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

TEST(CoordinatorCore, EndsDegradedAndNamesTheFoldThatWasGivenUp) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.RunEffect();
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_NAN).ok());
  core.Finish("a", "w1");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_DEGRADED);
  EXPECT_NE(core.sweep("a").ended->reason().find("trial 0 fold 0"), std::string::npos);
}

TEST(CoordinatorCore, FailsTheSweepWhenTheDataDoNotHold) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_DATA).ok());
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FAILED);
  EXPECT_EQ(core.sweep("a").ended->failure(), v1::FAILURE_KIND_DATA);
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

TEST(CoordinatorCore, KeepsANameUntilTheFilesOfItsRemovedSweepAreGone) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  v1::CancelRequest cancel;
  cancel.set_request_id("c/1");
  cancel.set_name("a");
  ASSERT_TRUE(core.Ask(cancel).status.ok());
  v1::RemoveRequest remove;
  remove.set_request_id("c/2");
  remove.set_name("a");
  core.Send(9, remove);
  core.Restart();
  EXPECT_EQ(core.Submit(SmallSweep("a", 1, 3)).code(), absl::StatusCode::kUnavailable);
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
  EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 3)).ok());
}

TEST(CoordinatorCore, ServesTheHigherPriorityFirst) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("low", 1, 2)).ok());
  v1::SweepSpec high = SmallSweep("high", 1, 2);
  high.set_priority(5);
  ASSERT_TRUE(core.Submit(high).ok());
  core.Register("w1");
  EXPECT_EQ(core.Acquire("w1").lease().task().sweep(), "high");
}

// Random commands, losses and restarts: invariants hold after each (the harness checks), the state
// is the journal's, and every sweep comes to its end.
TEST(CoordinatorCore, SurvivesRandomFaultsAndStillFinishes) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream random(seed, RandomPurpose::kSearch);
    CoreHarness core;
    ASSERT_TRUE(core.Submit(SmallSweep("a", 3, 3)).ok());
    ASSERT_TRUE(core.Submit(SmallSweep("b", 2, 2)).ok());
    std::vector<v1::Lease> leases;  // held, lost or stale
    for (int step = 0; step < 300; ++step) {
      const std::string worker = absl::StrCat("w", random.NextBelow(4));
      switch (random.NextBelow(8)) {
        case 0:
          core.AdvanceMs(static_cast<int64_t>(random.NextBelow(15'000)));
          break;
        case 1:
          if (random.NextBelow(5) == 0) core.Restart();
          break;
        case 2:
          if (!core.effects.empty()) core.RunEffect();
          break;
        case 3:
          if (!leases.empty() && random.NextBelow(4) == 0) {
            core.Fail(leases[random.NextBelow(leases.size())], v1::FAILURE_KIND_INTERNAL)
                .IgnoreError();
          }
          break;
        case 4:
        case 5:
          if (!leases.empty()) {
            core.Complete(leases[random.NextBelow(leases.size())]).IgnoreError();
          }
          break;
        default: {
          core.Register(worker);
          const v1::AcquireTaskResponse task = core.Acquire(worker);
          if (task.has_lease()) leases.push_back(task.lease());
        }
      }
      if (HasFatalFailure()) FAIL() << "seed " << seed << " step " << step;
    }
    core.AdvanceMs(20'000);
    for (const std::string name : {"a", "b"}) {
      core.Register("last");
      core.Finish(name, "last");
      ASSERT_TRUE(core.sweep(name).ended.has_value()) << "seed " << seed;
    }
    core.Restart();
  }
}

}  // namespace
}  // namespace pleat
