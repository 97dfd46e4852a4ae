#include "worker/train/training_state.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "common/metrics/classification_sums.h"

namespace pleat {
namespace {

v1::TrainingState State() {
  v1::TrainingState state;
  state.set_format_version(kTrainingStateVersion);
  state.set_epoch(2);
  state.set_step_in_epoch(3);
  state.set_global_step((uint64_t{1} << 60) + 1);
  state.add_sums()->set_loss(0.1 + 0.2);
  *state.mutable_sums(0)->mutable_classified() =
      SumsOf(std::vector<float>{0.1f, 0.9f}, std::vector<int64_t>{1}, 2);
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
  epoch.mutable_train()->set_log_loss(0.5);
  epoch.mutable_validation()->set_macro_f1(0.25);
  epoch.mutable_validation()->set_ece(0.125);
  epoch.set_seconds(2);
  EXPECT_EQ(EpochsCsv(state),
            "epoch,lr,train_loss,train_accuracy,val_loss,val_accuracy,val_log_loss,"
            "train_log_loss,train_macro_f1,train_macro_precision,train_macro_recall,"
            "train_cell_precision,train_cell_recall,train_ece,val_macro_f1,val_macro_precision,"
            "val_macro_recall,val_cell_precision,val_cell_recall,val_ece,seconds,rows_per_second\n"
            "1,0.001,0.30000000000000004,0,0,0,0,0.5,0,0,0,0,0,0,0.25,0,0,0,0,0.125,2,0\n");
}

TEST(ClassesCsv, HasALinePerEpochSplitAndClass) {
  v1::TrainingState state;
  state.add_history()->set_epoch(1);
  v1::EpochClasses& classes = *state.add_classes();
  const std::vector<float> probabilities = {0.9f, 0.1f, 0.8f, 0.2f};
  *classes.mutable_train() = SumsOf(probabilities, std::vector<int64_t>{0, 1}, 2).classes();
  *classes.mutable_validation() = SumsOf(probabilities, std::vector<int64_t>{0, 0}, 2).classes();
  EXPECT_EQ(ClassesCsv(state),
            "epoch,split,class,rows,precision,recall,f1\n"
            "1,train,0,1,0.5,1,0.6666666666666666\n"
            "1,train,1,1,0,0,0\n"
            "1,validation,0,2,1,1,1\n"
            "1,validation,1,0,0,0,0\n");
}

TEST(ValidationResultsCsv, HasALinePerClass) {
  EXPECT_EQ(ValidationResultsCsv(
                std::vector<double>{0.9975, std::numeric_limits<double>::quiet_NaN(), 1}),
            "Class,Valid_accuracy\n0,0.9975\n1,\n2,1\n");
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
  state.add_classes();
  EXPECT_TRUE(CheckResumable(state, training, 5, 1).ok());
  EXPECT_EQ(CheckResumable(state, training, 5, 2).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CheckResumable(state, training, 6, 1).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(CheckResumable(state, training, 2, 1).code(), absl::StatusCode::kDataLoss);
  training.mutable_lr_schedule()->mutable_reduce_on_plateau();
  EXPECT_EQ(CheckResumable(state, training, 5, 1).code(), absl::StatusCode::kDataLoss);
}

TEST(CheckResumable, RefusesCountsOfDifferentNumbersOfClasses) {
  v1::TrainingSpec training;
  training.set_epochs(3);
  v1::TrainingState state;
  *state.add_sums()->mutable_classified() = EmptySums(2);
  state.set_step_in_epoch(2);
  state.set_global_step(2);
  ASSERT_TRUE(CheckResumable(state, training, 5, 1).ok());
  v1::ClassificationSums& sums = *state.mutable_sums(0)->mutable_classified();
  sums.mutable_classes()->add_hits(1);
  EXPECT_EQ(CheckResumable(state, training, 5, 1).code(), absl::StatusCode::kDataLoss);
  sums = EmptySums(2);
  sums.mutable_bins()->RemoveLast();
  EXPECT_EQ(CheckResumable(state, training, 5, 1).code(), absl::StatusCode::kDataLoss);
  sums = EmptySums(2);
  state.set_epoch(1);
  state.set_global_step(7);
  state.add_history();
  *state.add_classes()->mutable_train() = sums.classes();
  EXPECT_EQ(CheckResumable(state, training, 5, 1).code(), absl::StatusCode::kDataLoss);
  *state.mutable_classes(0)->mutable_validation() = sums.classes();
  EXPECT_TRUE(CheckResumable(state, training, 5, 1).ok());
}

}  // namespace
}  // namespace pleat
