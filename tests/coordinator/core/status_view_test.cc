#include "coordinator/core/status_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

TEST(StatusView, ListsSweepsNewestFirstWithTheirCounts) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("b-older", 2, 2)).ok());
  core.Register("w1");
  core.Prepare("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.Acquire("w1");
  ASSERT_TRUE(core.Submit(SmallSweep("a-newer", 1, 2)).ok());

  const v1::ListResponse list = ListSweeps(core.state());
  ASSERT_EQ(list.sweeps_size(), 2);
  EXPECT_EQ(list.sweeps(0).name(), "a-newer");
  EXPECT_EQ(list.sweeps(0).state(), v1::SWEEP_STATE_RUNNING);
  EXPECT_EQ(list.sweeps(0).phase(), "preparing data");
  EXPECT_FALSE(list.sweeps(0).has_best_trial());
  const v1::SweepSummary& older = list.sweeps(1);
  EXPECT_EQ(older.name(), "b-older");
  EXPECT_EQ(older.phase(), "training");
  EXPECT_EQ(older.trials(), 2u);
  EXPECT_EQ(older.folds_done(), 2u);
  EXPECT_EQ(older.folds_running(), 1u);
  EXPECT_EQ(older.folds_total(), 4u);
  EXPECT_EQ(older.best_trial(), 0u);
  EXPECT_DOUBLE_EQ(older.best_score(), 0.105);
  EXPECT_GT(older.submitted_unix_ms(), 0);
  EXPECT_EQ(older.ended_unix_ms(), 0);
}

TEST(StatusView, DescribesEachFold) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 4)).ok());
  core.Register("w1");
  core.Prepare("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_NAN).ok());
  const v1::Lease lease = core.Acquire("w1").lease();
  ASSERT_TRUE(core.ReportEpoch(lease, 1).ok());
  ASSERT_TRUE(core.ReportEpoch(lease, 2).ok());
  ASSERT_TRUE(core.Heartbeat(lease, 17).ok());

  const v1::GetResponse get = core.Get("a");
  ASSERT_EQ(get.trials_size(), 1);
  EXPECT_EQ(get.trials(0).parameters(0).value(), "1e-4");
  const auto& folds = get.trials(0).folds();
  ASSERT_EQ(folds.size(), 4);
  EXPECT_EQ(folds[0].state(), v1::FOLD_STATE_DONE);
  EXPECT_TRUE(folds[0].has_result());
  EXPECT_EQ(folds[1].state(), v1::FOLD_STATE_FAILED);
  EXPECT_THAT(folds[1].message(), HasSubstr("not finite"));
  EXPECT_EQ(folds[2].state(), v1::FOLD_STATE_RUNNING);
  EXPECT_EQ(folds[2].last_epoch().epoch(), 2u);
  EXPECT_EQ(folds[2].progress().step(), 17u);
  EXPECT_EQ(folds[2].attempts(), 1u);
  EXPECT_EQ(folds[3].state(), v1::FOLD_STATE_WAITING);
}

TEST(StatusView, DescribesTheWholeSweepWhenItHasEnded) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  core.Finish("a", "w1");
  const v1::GetResponse get = core.Get("a");
  EXPECT_EQ(get.summary().state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(get.summary().phase(), "the ensemble is complete");
  EXPECT_EQ(get.spec().name(), "a");
  EXPECT_EQ(get.datasets_size(), 2);
  EXPECT_EQ(get.members().members_size(), 2);
  EXPECT_TRUE(get.has_ensemble());
  EXPECT_EQ(get.ended().state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(get.execution().group_size(), 1u);
  EXPECT_EQ(get.execution().fingerprint(), "f");
  EXPECT_EQ(get.sequence(), core.state().sequence());
  EXPECT_EQ(get.store(), "/store");
}

TEST(StatusView, SaysWhatEachGroupDoesOrWhyItIsIdle) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("busy");
  core.Prepare("busy");
  const v1::Lease lease = core.Acquire("busy").lease();
  core.Register("idle", /*group_size=*/2);
  const v1::GetResponse get = core.Get("a");
  ASSERT_EQ(get.workers_size(), 2);
  EXPECT_EQ(get.workers(0).worker_id(), "busy");
  EXPECT_EQ(get.workers(0).attempt().task(), lease.task().id());
  EXPECT_EQ(get.workers(0).attempt().attempt(), lease.attempt());
  EXPECT_FALSE(get.workers(1).has_attempt());
  EXPECT_THAT(get.workers(1).idle_reason(), HasSubstr("needs groups of 1 rank, this one has 2"));
}

}  // namespace
}  // namespace pleat
