#include "worker/train/lr_schedule.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "tests/reference/fixture.h"

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
  const auto schedule = MakeLrSchedule(spec, 0.3, 10, 10);
  schedule->EndEpoch(WithValLoss(1));
  EXPECT_EQ(schedule->LearningRate(0), 0.3);
  EXPECT_EQ(schedule->LearningRate(99), 0.3);
}

TEST(ReduceOnPlateau, FallsAfterPatienceEpochsWithoutProgress) {
  const auto schedule = MakeLrSchedule(Plateau(2), 1, 10, 10);
  EXPECT_EQ(Rates(*schedule, {5, 4, 4, 4, 4, 4}), (Reals{1, 1, 1, 0.5, 0.5, 0.25}));
}

TEST(ReduceOnPlateau, ChangesUpToMinDeltaAreNoProgress) {
  const auto schedule = MakeLrSchedule(Plateau(1), 1, 10, 10);
  EXPECT_EQ(Rates(*schedule, {5, 4.995, 4.98}), (Reals{1, 0.5, 0.5}));
}

TEST(ReduceOnPlateau, StopsAtMinLr) {
  const auto schedule = MakeLrSchedule(Plateau(1), 1, 10, 10);
  EXPECT_EQ(Rates(*schedule, {5, 5, 5, 5, 5, 5}), (Reals{1, 0.5, 0.25, 0.125, 0.1, 0.1}));
}

TEST(ReduceOnPlateau, CooldownEpochsAreNotCounted) {
  // Keras counts the epoch that ends the cooldown.
  const auto schedule = MakeLrSchedule(Plateau(1, 2), 1, 10, 10);
  EXPECT_EQ(Rates(*schedule, {5, 5, 5, 5, 5}), (Reals{1, 0.5, 0.5, 0.25, 0.25}));
}

TEST(ReduceOnPlateau, AccuracyIsBetterUpwards) {
  v1::LrScheduleSpec spec = Plateau(1);
  spec.mutable_reduce_on_plateau()->set_metric("val_accuracy");
  const auto schedule = MakeLrSchedule(spec, 1, 10, 10);
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
  const auto whole = MakeLrSchedule(Plateau(2, 1), 1, 10, 10);
  const auto first = MakeLrSchedule(Plateau(2, 1), 1, 10, 10);
  const auto second = MakeLrSchedule(Plateau(2, 1), 1, 10, 10);
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
  const auto schedule = MakeLrSchedule(spec, 1, 4, 4);
  EXPECT_EQ(schedule->LearningRate(0), 0.25);
  EXPECT_EQ(schedule->LearningRate(3), 1);
  EXPECT_EQ(schedule->LearningRate(4), 1);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(10), 0.6);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(15),
                   0.2 + 0.8 * (1 + std::cos(std::numbers::pi * 11 / 12)) / 2);
}

v1::LrScheduleSpec SpecFromJson(const nlohmann::json& json) {
  v1::LrScheduleSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json.dump(), &spec).ok()) << json;
  return spec;
}

TEST(LrSchedules, EqualPyTorchs) {
  const nlohmann::json fixture = ReadFixture("schedules.json");
  for (const nlohmann::json& expected : fixture["rates"]) {
    const auto schedule = MakeLrSchedule(SpecFromJson(expected["spec"]), 0.3, expected["epochs"],
                                         expected["steps_per_epoch"]);
    int64_t step = 0;
    for (const double rate : expected["rates"]) {
      EXPECT_NEAR(schedule->LearningRate(step), rate, 1e-15)
          << expected["spec"] << " step " << step;
      ++step;
    }
  }
}

TEST(ReduceOnPlateau, DecidesAsKeras) {
  const nlohmann::json fixture = ReadFixture("schedules.json");
  for (const nlohmann::json& expected : fixture["plateau"]) {
    v1::LrScheduleSpec spec = SpecFromJson({{"reduce_on_plateau", expected["spec"]}});
    const auto schedule = MakeLrSchedule(spec, 0.25, 20, 1);
    Reals rates;
    for (const double value : expected["values"]) {
      v1::EpochMetrics metrics;
      metrics.set_val_loss(value);
      metrics.set_val_log_loss(value);
      metrics.set_val_accuracy(value);
      schedule->EndEpoch(metrics);
      rates.push_back(schedule->LearningRate(0));
    }
    EXPECT_EQ(rates, expected["rates"].get<Reals>()) << expected["spec"];
  }
}

TEST(LinearSchedule, WarmsUpThenFallsInAStraightLine) {
  v1::LrScheduleSpec spec;
  spec.mutable_linear()->set_warmup(0.25);
  spec.mutable_linear()->set_min_lr(0.4);
  const auto schedule = MakeLrSchedule(spec, 1, 4, 4);
  EXPECT_EQ(schedule->LearningRate(0), 0.25);
  EXPECT_EQ(schedule->LearningRate(3), 1);
  EXPECT_EQ(schedule->LearningRate(4), 1);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(10), 0.7);
  EXPECT_DOUBLE_EQ(schedule->LearningRate(15), 1 - 0.6 * 11 / 12);
}

TEST(StepSchedule, FallsEveryFewEpochsAndWarmsUp) {
  v1::LrScheduleSpec spec;
  spec.mutable_step()->set_every(2);
  spec.mutable_step()->set_factor(0.5);
  spec.mutable_step()->set_warmup(0.25);
  const auto schedule = MakeLrSchedule(spec, 1, /*epochs=*/8, /*steps_per_epoch=*/3);
  // Six of 24 steps warm up, and just these end before the first fall.
  EXPECT_DOUBLE_EQ(schedule->LearningRate(0), 1.0 / 6);
  EXPECT_EQ(schedule->LearningRate(5), 1);
  EXPECT_EQ(schedule->LearningRate(6), 0.5);
  EXPECT_EQ(schedule->LearningRate(11), 0.5);
  EXPECT_EQ(schedule->LearningRate(12), 0.25);
  EXPECT_EQ(schedule->LearningRate(23), 0.125);
}

TEST(OneCycleSchedule, OfFewStepsStaysWithinItsRates) {
  v1::LrScheduleSpec spec;
  spec.mutable_one_cycle()->set_warmup(0.5);
  spec.mutable_one_cycle()->set_div(2);
  spec.mutable_one_cycle()->set_final_div(2);
  for (const int64_t steps : {1, 2, 3}) {
    const auto schedule = MakeLrSchedule(spec, 1, 1, steps);
    for (int64_t step = 0; step < steps; ++step) {
      EXPECT_GE(schedule->LearningRate(step), 0.25);
      EXPECT_LE(schedule->LearningRate(step), 1);
    }
  }
}

}  // namespace
}  // namespace pleat
