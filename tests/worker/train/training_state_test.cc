#include "worker/train/training_state.h"

#include <gtest/gtest.h>

#include <limits>

namespace pleat {
namespace {

v1::TrainingState State() {
  v1::TrainingState state;
  state.set_format_version(kTrainingStateVersion);
  state.set_epoch(2);
  state.set_step_in_epoch(3);
  state.set_global_step((uint64_t{1} << 60) + 1);
  state.add_sums()->set_loss(0.1 + 0.2);
  state.mutable_plateau()->set_best(std::numeric_limits<double>::infinity());
  state.mutable_plateau()->set_lr(1e-300);
  for (const double loss : {0.5, 0.25, 0.25, 1.0 / 3}) {
    v1::EpochMetrics& epoch = *state.add_history();
    epoch.set_epoch(state.history_size());
    epoch.set_val_loss(loss);
  }
  return state;
}

v1::MetricSpec ValLoss() {
  v1::MetricSpec metric;
  metric.set_name("val_loss");
  metric.set_goal("auto");
  return metric;
}

TEST(TrainingState, JsonKeepsEveryBit) {
  const v1::TrainingState read = TrainingStateFromJson(TrainingStateToJson(State())).value();
  EXPECT_EQ(read.SerializeAsString(), State().SerializeAsString());
}

TEST(TrainingState, RefusesOtherVersionsAndOtherFiles) {
  v1::TrainingState later = State();
  later.set_format_version(kTrainingStateVersion + 1);
  EXPECT_EQ(TrainingStateFromJson(TrainingStateToJson(later)).status().code(),
            absl::StatusCode::kUnimplemented);
  EXPECT_EQ(TrainingStateFromJson("{\"unknown\": 1}").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(TrainingStateFromJson("[").status().code(), absl::StatusCode::kDataLoss);
}

TEST(CountingEpoch, IsTheFirstBestOrTheLast) {
  v1::TrainingSpec training;
  training.set_checkpoint("best");
  EXPECT_EQ(CountingEpoch(State(), training, ValLoss()), 1);
  training.set_checkpoint("last");
  EXPECT_EQ(CountingEpoch(State(), training, ValLoss()), 3);
}

TEST(EpochsCsv, HasALinePerEpochInFullDigits) {
  v1::TrainingState state;
  v1::EpochMetrics& epoch = *state.add_history();
  epoch.set_epoch(1);
  epoch.set_lr(1e-3);
  epoch.set_train_loss(0.1 + 0.2);
  epoch.set_seconds(2);
  EXPECT_EQ(EpochsCsv(state),
            "epoch,lr,train_loss,train_accuracy,val_loss,val_accuracy,val_log_loss,seconds,"
            "rows_per_second\n"
            "1,0.001,0.30000000000000004,0,0,0,0,2,0\n");
}

TEST(CheckResumable, RefusesPositionsThatDoNotFit) {
  v1::TrainingSpec training;
  training.set_epochs(3);
  v1::TrainingState state;
  state.add_sums();
  state.set_epoch(1);
  state.set_step_in_epoch(2);
  state.set_global_step(7);
  state.add_history();
  EXPECT_TRUE(CheckResumable(state, training, 5, 1).ok());
  EXPECT_EQ(CheckResumable(state, training, 5, 2).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CheckResumable(state, training, 6, 1).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CheckResumable(state, training, 2, 1).code(), absl::StatusCode::kDataLoss);
  training.mutable_lr_schedule()->mutable_reduce_on_plateau();
  EXPECT_EQ(CheckResumable(state, training, 5, 1).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace pleat
