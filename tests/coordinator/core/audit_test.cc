// Folds that are trained twice.
#include "coordinator/core/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class AuditTest : public testing::Test {
 protected:
  void Begin(const std::string& more = "verify: {audit_fraction: 1}\n") {
    ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2, more)).ok());
    for (const char* worker : {"w1", "w2", "w3", "w4", "w5"}) {
      core.Register(worker, 1, "f", absl::StrCat("host of ", worker));
    }
    core.Prepare("w1");
  }
  // The worker's next task, which it completes with these weights.
  v1::Lease Train(const std::string& worker, const std::string& weights) {
    const v1::Lease lease = core.Acquire(worker).lease();
    EXPECT_TRUE(core.Complete(lease, weights).ok());
    return lease;
  }
  const TaskState& fold(uint32_t number) {
    return core.sweep("a").tasks.at({TaskKind::kTrainFold, 0, number});
  }
  uint32_t Failures(const std::string& worker) const {
    return core.state().groups().Find({false, worker}).failures;
  }

  CoreHarness core;
};

TEST_F(AuditTest, DrawsTheShareThatIsAskedFor) {
  v1::SweepSpec spec;
  int drawn = 0;
  const auto count = [&](double fraction) {
    spec.mutable_verify()->set_audit_fraction(fraction);
    drawn = 0;
    for (uint32_t trial = 0; trial < 1'000; ++trial) {
      for (uint32_t fold = 0; fold < 5; ++fold) {
        drawn += IsAudited(spec, {TaskKind::kTrainFold, trial, fold});
      }
    }
    return drawn;
  };
  EXPECT_EQ(count(0), 0);
  EXPECT_EQ(count(1), 5'000);
  EXPECT_NEAR(count(0.05), 250, 50);
  EXPECT_FALSE(IsAudited(spec, {TaskKind::kPredict, 0, 0}));
  EXPECT_FALSE(IsAudited(v1::SweepSpec(), {TaskKind::kTrainFold, 0, 0}));
}

TEST_F(AuditTest, AResultCountsWhenAnotherGroupGaveTheSame) {
  Begin();
  const v1::Lease first = Train("w1", "a");
  EXPECT_EQ(fold(0).phase, TaskPhase::kWaiting);
  EXPECT_FALSE(fold(0).result.has_value());
  // The first group leaves the second run to another.
  EXPECT_EQ(core.Acquire("w1").lease().task().id(), "train/0000/1");
  const v1::Lease second = Train("w2", "a");
  EXPECT_EQ(second.task().id(), first.task().id());
  EXPECT_EQ(fold(0).phase, TaskPhase::kDone);
  EXPECT_EQ(fold(0).result->train_fold().oof().path(), second.folder() + "/oof.npy");
  EXPECT_EQ(Failures("w1"), 0u);
}

TEST_F(AuditTest, AHeldResultHasNoLeaseThatCouldBeLost) {
  Begin();
  Train("w1", "a");
  ASSERT_TRUE(core.Cancel("a").ok());
  core.Remove("a").IgnoreError();
  core.RunEffect();
  ASSERT_EQ(core.state().FindSweep("a"), nullptr);
  core.AdvanceMs(40'000);
}

TEST_F(AuditTest, TheSecondRunBeginsAnew) {
  Begin();
  const v1::Lease first = core.Acquire("w1").lease();
  ASSERT_TRUE(core.ReportEpoch(first, 1).ok());
  ASSERT_TRUE(core.Publish(first, 1).ok());
  ASSERT_TRUE(core.Complete(first, "a").ok());
  const v1::Lease second = core.Acquire("w2").lease();
  EXPECT_FALSE(second.task().train_fold().has_resume_from());
  // And once begun it is resumed as any other.
  ASSERT_TRUE(core.Publish(second, 1).ok());
  ASSERT_TRUE(core.Release(second).ok());
  EXPECT_TRUE(core.Acquire("w2").lease().task().train_fold().has_resume_from());
}

TEST_F(AuditTest, AThirdRunDecidesBetweenTwo) {
  Begin();
  Train("w1", "a");
  Train("w2", "b");
  EXPECT_EQ(fold(0).phase, TaskPhase::kWaiting);
  EXPECT_THAT(fold(0).message, HasSubstr("differs from the run before (weights)"));
  core.Restart();
  core.Register("w3", 1, "f", "host of w3");
  Train("w3", "a");
  EXPECT_EQ(fold(0).phase, TaskPhase::kDone);
  EXPECT_EQ(Failures("w1"), 0u);
  EXPECT_EQ(Failures("w2"), 1u);
  EXPECT_EQ(core.state().groups().Find({true, "host of w2"}).failures, 1u);
}

TEST_F(AuditTest, AGroupDoesNotConfirmItselfAgainstAnother) {
  Begin();
  core.AdvanceMs(70'000);
  core.Register("wrong", 1, "f", "h1");
  core.Register("right", 1, "f", "h2");
  Train("wrong", "a");
  Train("right", "b");
  // There is no third, so it comes to the first again, which is as wrong as before.
  Train("wrong", "a");
  EXPECT_EQ(fold(0).phase, TaskPhase::kWaiting);
  Train("right", "b");
  EXPECT_EQ(fold(0).phase, TaskPhase::kAbandoned);
  EXPECT_EQ(Failures("right"), 0u);
}

TEST_F(AuditTest, AGroupThatIsLeftAloneDecidesByThreeRunsOfFour) {
  Begin();
  core.AdvanceMs(70'000);
  core.Register("w1", 1, "f", "h1");
  core.Register("w2", 1, "f", "h2");
  Train("w1", "a");
  Train("w2", "b");
  core.AdvanceMs(70'000);
  core.Register("w1", 1, "f", "h1");
  Train("w1", "a");
  EXPECT_EQ(fold(0).phase, TaskPhase::kWaiting);
  Train("w1", "a");
  EXPECT_EQ(fold(0).phase, TaskPhase::kDone);
}

TEST_F(AuditTest, AFoldOfWhichNoTwoRunsAgreeIsGivenUp) {
  Begin();
  for (const char* run : {"1", "2", "3", "4"}) Train(absl::StrCat("w", run), run);
  EXPECT_EQ(fold(0).phase, TaskPhase::kAbandoned);
  EXPECT_THAT(fold(0).message, HasSubstr("in 4 runs no two groups gave the same result"));
  // Asked to be retried, it begins anew.
  ASSERT_TRUE(core.Cancel("a").ok());
}

TEST_F(AuditTest, OneGroupAloneAuditsItself) {
  Begin();
  core.AdvanceMs(70'000);
  core.Register("w1", 1, "f", "host of w1");
  EXPECT_EQ(Train("w1", "a").task().id(), "train/0000/0");
  EXPECT_EQ(Train("w1", "a").task().id(), "train/0000/0");
  EXPECT_EQ(fold(0).phase, TaskPhase::kDone);
}

TEST_F(AuditTest, ARetryOfTheReportChangesNothing) {
  Begin();
  v1::CompleteTaskRequest request;
  const v1::Lease lease = core.Acquire("w1").lease();
  request.set_request_id(core.NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  *request.mutable_result() = SampleResult(lease);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(core.Ask(request).status.ok());
  EXPECT_EQ(fold(0).held.size(), 1u);
}

TEST_F(AuditTest, TheSweepEndsAsWithoutIt) {
  Begin("verify: {audit_fraction: 0.5}\n");
  core.Finish("a", "w1");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(AuditTest, MetricsCountAndTimesDoNot) {
  v1::TrainFoldResult a;
  a.mutable_metrics()->set_val_loss(1);
  a.mutable_metrics()->set_seconds(1);
  v1::TrainFoldResult b = a;
  b.mutable_metrics()->set_seconds(2);
  b.mutable_metrics()->set_rows_per_second(3);
  b.set_seconds(4);
  EXPECT_TRUE(Agree(DigestOf(a), DigestOf(b)));
  b.mutable_metrics()->set_val_loss(1.5);
  EXPECT_FALSE(Agree(DigestOf(a), DigestOf(b)));
  EXPECT_THAT(WhyHeld({{"w", DigestOf(a)}}, DigestOf(b)), HasSubstr("(metrics)"));
}

}  // namespace
}  // namespace pleat
