#include "worker/train/lr_schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace pleat {
namespace {

v1::LrScheduleSpec Plateau(uint32_t patience, uint32_t cooldown = 0) {
  v1::LrScheduleSpec spec;
  v1::ReduceOnPlateauSpec& plateau = *spec.mutable_reduce_on_plateau();
  plateau.set_metric("val_loss");
  plateau.set_patience(patience);
  plateau.set_factor(0.5);
  plateau.set_min_lr(0.1);
  plateau.set_min_delta(0.01);
  plateau.set_cooldown(cooldown);
  return spec;
}

v1::EpochMetrics WithValLoss(double value) {
  v1::EpochMetrics metrics;
  metrics.set_val_loss(value);
  return metrics;
}

// The rate after each of these epochs.
std::vector<double> Rates(LrSchedule& schedule, const std::vector<double>& val_losses) {
  std::vector<double> rates;
  for (const double value : val_losses) {
    schedule.EndEpoch(WithValLoss(value));
    rates.push_back(schedule.LearningRate(0));
  }
  return rates;
}

using Reals = std::vector<double>;

TEST(ConstantSchedule, NeverChanges) {
  v1::LrScheduleSpec spec;
  spec.mutable_constant();
  const auto schedule = MakeLrSchedule(spec, 0.3, 100);
  schedule->EndEpoch(WithValLoss(1));
  EXPECT_EQ(schedule->LearningRate(0), 0.3);
  EXPECT_EQ(schedule->LearningRate(99), 0.3);
}

TEST(ReduceOnPlateau, FallsAfterPatienceEpochsWithoutProgress) {
  const auto schedule = MakeLrSchedule(Plateau(2), 1, 100);
  EXPECT_EQ(Rates(*schedule, {5, 4, 4, 4, 4, 4}), (Reals{1, 1, 1, 0.5, 0.5, 0.25}));
}

TEST(ReduceOnPlateau, ChangesUpToMinDeltaAreNoProgress) {
  const auto schedule = MakeLrSchedule(Plateau(1), 1, 100);
  EXPECT_EQ(Rates(*schedule, {5, 4.995, 4.98}), (Reals{1, 0.5, 0.5}));
}

TEST(ReduceOnPlateau, StopsAtMinLr) {
  const auto schedule = MakeLrSchedule(Plateau(1), 1, 100);
  EXPECT_EQ(Rates(*schedule, {5, 5, 5, 5, 5, 5}), (Reals{1, 0.5, 0.25, 0.125, 0.1, 0.1}));
}

TEST(ReduceOnPlateau, CooldownEpochsAreNotCounted) {
  // Keras counts the epoch that ends the cooldown.
  const auto schedule = MakeLrSchedule(Plateau(1, 2), 1, 100);
  EXPECT_EQ(Rates(*schedule, {5, 5, 5, 5, 5}), (Reals{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceOnPlateau, AccuracyIsBetterUpwards) {
  v1::LrScheduleSpec spec = Plateau(1);
  spec.mutable_reduce_on_plateau()->set_metric("val_accuracy");
  const auto schedule = MakeLrSchedule(spec, 1, 100);
  Reals rates;
  for (const double accuracy : {0.5, 0.6, 0.55}) {
    v1::EpochMetrics metrics;
    metrics.set_val_accuracy(accuracy);
    schedule->EndEpoch(metrics);
    rates.push_back(schedule->LearningRate(0));
  }
  EXPECT_EQ(rates, (Reals{1, 1, 0.5}));
}

TEST(ReduceOnPlateau, GoesOnFromItsSavedState) {
  const auto whole = MakeLrSchedule(Plateau(2, 1), 1, 100);
  const auto first = MakeLrSchedule(Plateau(2, 1), 1, 100);
  const auto second = MakeLrSchedule(Plateau(2, 1), 1, 100);
  const Reals values = {5, 4, 4, 4, 4, 3, 3, 3, 3};
  const Reals expected = Rates(*whole, values);
  Reals rates = Rates(*first, Reals(values.begin(), values.begin() + 4));
  v1::TrainingState state;
  first->Save(state);
  second->Restore(state);
  const Reals rest = Rates(*second, Reals(values.begin() + 4, values.end()));
  rates.insert(rates.end(), rest.begin(), rest.end());
  EXPECT_EQ(rates, expected);
}

TEST(CosineSchedule, WarmsUpThenFallsToMinLr) {
  v1::LrScheduleSpec spec;
  spec.mutable_cosine()->set_warmup(0.25);
  spec.mutable_cosine()->set_min_lr(0.2);
  const auto schedule = MakeLrSchedule(spec, 1, 16);
  EXPECT_EQ(schedule->LearningRate(0), 0.25);
  EXPECT_EQ(schedule->LearningRate(3), 1);
  EXPECT_EQ(schedule->LearningRate(4), 1);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(10), 0.6);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(15),
                   0.2 + 0.8 * (1 + std::cos(std::numbers::pi * 11 / 12)) / 2);
}

}  // namespace
}  // namespace pleat
