// Trainings on a GPU against trainings on the CPU, and against themselves.
#include <gtest/gtest.h>

#include <string>

#include "common/store/store.h"
#include "tests/testing/gpu_fixture.h"
#include "tests/worker/train/training_fixture.h"

namespace pleat {
namespace {

constexpr int64_t kRows = 160;

using GpuTraining = GpuFixture;

// All of a model's numbers after five steps.
at::Tensor WeightsAfterFiveSteps(const FoldJob& job) {
  Group alone;
  FoldParts parts = PartsAfter(job, alone, 5);
  FlatParameters& parameters = parts.model->parameters();
  return at::cat({parameters.values(), parameters.statistic_values()}).cpu();
}

TEST_F(GpuTraining, FollowsTheCpuForFiveSteps) {
  const Dataset dataset = SmallDataset(kRows);
  FoldJob job = SmallJob(dataset, "fold");
  // Biases before batch norm have gradients of rounding noise alone; Adam would divide it by
  // epsilon.
  v1::SgdSpec& sgd =
      *job.task.mutable_config()->mutable_training()->mutable_optimizer()->mutable_sgd();
  sgd.set_lr(0.05);
  sgd.set_momentum(0.9);
  const at::Tensor on_cpu = WeightsAfterFiveSteps(job);
  job.device = device();
  const at::Tensor on_gpu = WeightsAfterFiveSteps(job);
  EXPECT_LE((on_gpu - on_cpu).abs().max().item<double>(), 1e-3);
}

Outcome Train(const FoldJob& job) {
  const auto store = NewMemoryStore();
  Group alone;
  ScriptedObserver observer;
  const auto result = TrainFold(job, alone, *store, observer);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? OutcomeOf(*result, *store) : Outcome{};
}

TEST_F(GpuTraining, GivesTheSameBitsTwice) {
  const Dataset dataset = SmallDataset(kRows);
  FoldJob job = SmallJob(dataset, "fold");
  job.device = device();
  EXPECT_EQ(Train(job), Train(job));
}

}  // namespace
}  // namespace pleat
