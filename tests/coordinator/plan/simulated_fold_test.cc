#include "coordinator/plan/simulated_fold.h"

#include <gtest/gtest.h>

#include "tests/coordinator/plan/plan_samples.h"

namespace pleat {
namespace {

v1::TrainFoldTask FoldTask(const std::string& checkpoint) {
  const v1::SweepSpec spec = PlanSample("random", 1);
  v1::TrainFoldTask task;
  *task.mutable_config()->mutable_training() = spec.training();
  task.mutable_config()->mutable_training()->set_checkpoint(checkpoint);
  *task.mutable_metric() = spec.search().metric();
  task.set_fold(1);
  return task;
}

// At its end from the beginning on, so that the noise decides which epoch is the best.
constexpr SyntheticCurve kFlat = {.seed = 1, .key = 2, .end = 0.1, .start = 0.1, .decay = 1};

TEST(SimulatedFoldTest, TheLastEpochCounts) {
  const auto metrics = SyntheticResult(FoldTask("last"), kFlat).train_fold().metrics();
  EXPECT_EQ(metrics.epoch(), 6u);
  EXPECT_EQ(metrics.val_log_loss(), kFlat.LossAt(1, 6));
  EXPECT_EQ(metrics.val_accuracy(), 1 - kFlat.LossAt(1, 6));
}

TEST(SimulatedFoldTest, TheBestEpochCountsWhereItIsAskedFor) {
  const auto metrics = SyntheticResult(FoldTask("best"), kFlat).train_fold().metrics();
  double best = 1;
  for (uint32_t epoch = 1; epoch <= 6; ++epoch) best = std::min(best, kFlat.LossAt(1, epoch));
  EXPECT_EQ(metrics.val_log_loss(), best);
  EXPECT_EQ(kFlat.LossAt(1, metrics.epoch()), best);
}

}  // namespace
}  // namespace pleat
