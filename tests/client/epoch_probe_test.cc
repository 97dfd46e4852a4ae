#include "client/epoch_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::HasSubstr;

// A sweep whose first fold trains and has finished so many epochs.
v1::GetResponse Training(uint32_t epochs) {
  v1::GetResponse sweep;
  v1::FoldStatus* fold = sweep.add_trials()->add_folds();
  fold->set_state(v1::FOLD_STATE_RUNNING);
  if (epochs > 0) {
    fold->mutable_last_epoch()->set_epoch(epochs);
    fold->mutable_last_epoch()->set_seconds(0.5);
  }
  return sweep;
}

v1::GetResponse AtStep(uint64_t step) {
  v1::GetResponse sweep = Training(0);
  v1::Progress* progress = sweep.mutable_trials(0)->mutable_folds(0)->mutable_progress();
  progress->set_step(step);
  progress->set_steps(100);
  return sweep;
}

TEST(EpochStopwatchTest, MeasuresBetweenReports) {
  EpochStopwatch watch;
  EXPECT_FALSE(watch.Look(v1::GetResponse(), 0));
  EXPECT_FALSE(watch.Look(Training(0), 1'000));
  EXPECT_FALSE(watch.Look(Training(1), 9'000));
  EXPECT_FALSE(watch.Look(Training(2), 10'000));
  EXPECT_FALSE(watch.Look(Training(2), 11'000));
  EXPECT_TRUE(watch.Look(Training(4), 12'000));
  const auto reading = watch.Read();
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_DOUBLE_EQ(reading->seconds, 1);
  EXPECT_EQ(reading->how, "the mean of 3 epochs after the first");
}

TEST(EpochStopwatchTest, TakesWhatTheGroupMeasuredOfASingleEpoch) {
  EpochStopwatch watch;
  v1::GetResponse done = Training(1);
  done.mutable_trials(0)->mutable_folds(0)->set_state(v1::FOLD_STATE_DONE);
  EXPECT_TRUE(watch.Look(done, 100));
  EXPECT_DOUBLE_EQ(watch.Read()->seconds, 0.5);
}

TEST(EpochStopwatchTest, TakesStepsOfAnEpochThatIsTooLong) {
  EpochStopwatch watch;
  EXPECT_FALSE(watch.Look(AtStep(0), 0));
  EXPECT_FALSE(watch.Look(AtStep(2), 10'000));
  EXPECT_FALSE(watch.Look(AtStep(7), 59'000));
  EXPECT_TRUE(watch.Look(AtStep(7), 60'000));
  const auto reading = watch.Read();
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_DOUBLE_EQ(reading->seconds, 49.0 / 5 * 100);
  EXPECT_THAT(reading->how, HasSubstr("5 of 100 steps"));
}

TEST(EpochStopwatchTest, SaysWhenNothingMoves) {
  EpochStopwatch watch;
  EXPECT_FALSE(watch.Look(AtStep(0), 5'000));
  EXPECT_TRUE(watch.Look(AtStep(1), 65'000));
  const auto reading = watch.Read();
  EXPECT_TRUE(absl::IsFailedPrecondition(reading.status()));
  EXPECT_THAT(std::string(reading.status().message()), HasSubstr("--seconds-per-epoch"));
}

TEST(EpochStopwatchTest, TellsWhyTheFoldFailed) {
  EpochStopwatch watch;
  v1::GetResponse sweep = Training(0);
  sweep.mutable_trials(0)->mutable_folds(0)->set_message("no room");
  EXPECT_TRUE(watch.Look(sweep, 0));
  EXPECT_EQ(watch.Read().status().message(), "no room");
}

TEST(EpochStopwatchTest, TellsWhyTheSweepEnded) {
  EpochStopwatch watch;
  v1::GetResponse sweep;
  sweep.mutable_ended()->set_reason("train.csv is absent");
  sweep.mutable_ended()->set_failure(v1::FAILURE_KIND_DATA);
  EXPECT_TRUE(watch.Look(sweep, 0));
  EXPECT_TRUE(absl::IsInvalidArgument(watch.Read().status()));
  EXPECT_EQ(watch.Read().status().message(), "train.csv is absent");
}

}  // namespace
}  // namespace pleat
