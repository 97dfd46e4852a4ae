#include "worker/train/checkpoint_schedule.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

v1::TrainingSpec Every(uint32_t epochs, uint32_t steps, double seconds) {
  v1::TrainingSpec training;
  training.set_checkpoint_epochs(epochs);
  training.set_checkpoint_steps(steps);
  training.set_checkpoint_seconds(seconds);
  return training;
}

TEST(CheckpointSchedule, IsDueAfterEpochs) {
  const CheckpointSchedule schedule(Every(2, 0, 0));
  EXPECT_FALSE(schedule.IsDue({1, 10, 1'000'000}));
  EXPECT_TRUE(schedule.IsDue({2, 20, 0}));
  EXPECT_TRUE(schedule.IsDue({3, 30, 0})) << "it stays due";
}

TEST(CheckpointSchedule, IsDueAfterSteps) {
  CheckpointSchedule schedule(Every(100, 5, 0));
  EXPECT_FALSE(schedule.IsDue({0, 4, 0}));
  EXPECT_TRUE(schedule.IsDue({0, 5, 0}));
  schedule.Saved({0, 7, 0});
  EXPECT_FALSE(schedule.IsDue({0, 9, 0})) << "one that came late moves no later one";
  EXPECT_TRUE(schedule.IsDue({0, 10, 0}));
}

TEST(CheckpointSchedule, IsDueAfterSeconds) {
  CheckpointSchedule schedule(Every(100, 0, 1.5));
  schedule.Saved({0, 0, 10'000});
  EXPECT_FALSE(schedule.IsDue({0, 50, 11'499}));
  EXPECT_TRUE(schedule.IsDue({0, 50, 11'500}));
}

TEST(CheckpointSchedule, IsDueAfterAMinuteIfNothingIsSaid) {
  v1::TrainingSpec training;
  training.set_checkpoint_epochs(100);
  const CheckpointSchedule schedule(training);
  EXPECT_FALSE(schedule.IsDue({0, 50, 59'999}));
  EXPECT_TRUE(schedule.IsDue({0, 50, 60'000}));
}

TEST(CheckpointSchedule, IsDueAtTheFirstOfThem) {
  CheckpointSchedule schedule(Every(1, 3, 60));
  schedule.Saved({4, 40, 0});
  EXPECT_FALSE(schedule.IsDue({4, 41, 59'999}));
  EXPECT_TRUE(schedule.IsDue({5, 41, 0}));
  EXPECT_TRUE(schedule.IsDue({4, 42, 0}));
  EXPECT_TRUE(schedule.IsDue({4, 41, 60'000}));
}

}  // namespace
}  // namespace pleat
