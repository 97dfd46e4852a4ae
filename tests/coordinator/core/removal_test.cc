// Sweeps that are removed, and names that are used again.
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

// Cancels and removes a sweep, files and all.
void RemoveWhole(CoreHarness& core, const std::string& name) {
  ASSERT_TRUE(core.Cancel(name).ok());
  EXPECT_EQ(core.Remove(name).code(), absl::StatusCode::kUnknown);
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
}

TEST(Removal, IsRefusedWhileTheSweepRuns) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  EXPECT_EQ(core.Remove("a").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(core.Remove("b").code(), absl::StatusCode::kNotFound);
}

TEST(Removal, KeepsTheNameUntilTheFilesAreGone) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  ASSERT_TRUE(core.Cancel("a").ok());
  EXPECT_EQ(core.Remove("a").code(), absl::StatusCode::kUnknown);
  core.Restart();
  EXPECT_EQ(core.Submit(SmallSweep("a", 1, 3)).code(), absl::StatusCode::kUnavailable);
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
  EXPECT_TRUE(core.Submit(SmallSweep("a", 1, 3)).ok());
}

TEST(Removal, SaysWhyTheFilesCannotBeRemovedAndMayBeAskedAgain) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  ASSERT_TRUE(core.Cancel("a").ok());
  v1::RemoveRequest request;
  request.set_request_id("c/1");
  request.set_name("a");
  core.Send(7, request);
  core.FailEffect(absl::PermissionDeniedError("sweeps/a: not permitted"));
  EXPECT_EQ(core.TakeReply(7).status.code(), absl::StatusCode::kPermissionDenied);
  request.set_request_id("c/2");
  core.Send(8, request);
  core.RunEffect();
  EXPECT_TRUE(core.TakeReply(8).status.ok());
}

TEST(Removal, WaitsForTheEffectThatRuns) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  ASSERT_TRUE(std::holds_alternative<AssignFolds>(core.effects.front()));
  ASSERT_TRUE(core.Cancel("a").ok());
  core.Remove("a").IgnoreError();
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
  ASSERT_EQ(core.effects.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<RemoveFiles>(core.effects.front()));
}

TEST(Removal, FencesAWorkerOfTheRemovedSweepOffFromTheNextOfItsName) {
  CoreHarness core;
  const v1::SweepSpec spec = SmallSweep("a", 1, 2);
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Register("zombie");
  const v1::Lease old = core.Acquire("zombie").lease();
  RemoveWhole(core, "a");
  core.Restart();
  ASSERT_TRUE(core.Submit(spec).ok());

  core.Register("w1");
  const v1::Lease fresh = core.Acquire("w1").lease();
  EXPECT_EQ(fresh.task().id(), old.task().id());
  EXPECT_GT(fresh.attempt(), old.attempt());
  EXPECT_NE(fresh.folder(), old.folder());
  EXPECT_EQ(core.Complete(old).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(core.Heartbeat(old, 1).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(core.Complete(fresh).ok());
}

TEST(Removal, FencesOverSeveralLivesOfAName) {
  CoreHarness core;
  core.Register("w1");
  uint64_t last_attempt = 0;
  for (int life = 0; life < 4; ++life) {
    ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
    // The third life ends before anything was leased.
    if (life != 2) {
      const v1::Lease lease = core.Acquire("w1").lease();
      EXPECT_GT(lease.attempt(), last_attempt);
      last_attempt = lease.attempt();
    }
    RemoveWhole(core, "a");
    core.Restart();
    core.Register("w1");
  }
}

TEST(Removal, LeavesTheCountOfAttemptsToTheNewSweep) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  core.Acquire("w1");
  RemoveWhole(core, "a");
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Prepare("w1");
  core.Acquire("w1");
  const v1::GetResponse sweep = core.Get("a");
  EXPECT_EQ(sweep.trials(0).folds(0).attempts(), 1u);
  EXPECT_EQ(sweep.trials(0).folds(1).attempts(), 0u);
}

}  // namespace
}  // namespace pleat
