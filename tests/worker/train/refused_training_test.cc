// Folds that cannot be trained, or not to their end.
#include <gmock/gmock.h>

#include "tests/worker/train/fold_trainer_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class RefusedTraining : public FoldTrainerTest {
 protected:
  absl::Status Refusal(const FoldJob& job) {
    ScriptedObserver observer;
    return Train(job, observer).status();
  }
};

TEST_F(RefusedTraining, DivergedLossIsNamed) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_optimizer()->mutable_sgd()->set_lr(1e30);
  training.mutable_lr_schedule()->mutable_constant();
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("epoch 1, step "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("1e+30"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the last finite loss was "));
}

TEST_F(RefusedTraining, WeightsThatAreNotFiniteAreNeverSaved) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_optimizer()->mutable_sgd()->set_lr(1e300);  // infinite in float32
  training.mutable_lr_schedule()->mutable_constant();
  // The loss of the first step is finite; what it makes of the weights is not.
  ScriptedObserver observer;
  observer.next_action = [](uint64_t step) {
    return step == 1 ? StepAction::kCheckpointAndStop : StepAction::kContinue;
  };
  const absl::Status status = Train(job, observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("a weight or a number of the optimizer became NaN or infinite in epoch 1, "
                        "step 1 (learning rate 1e+300; the last finite loss was "));
  EXPECT_TRUE(observer.checkpoints.empty());
  EXPECT_FALSE(store_->ReadUnchecked("attempt_1/checkpoint_1/weights.safetensors", 1 << 20).ok());
}

TEST_F(RefusedTraining, NothingIsSavedAfterNumbersFailInALaterAttempt) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_lr_schedule()->mutable_constant();
  ScriptedObserver stopping;
  stopping.next_action = [](uint64_t step) {
    return step == 3 ? StepAction::kCheckpointAndStop : StepAction::kContinue;
  };
  ASSERT_EQ(Train(job, stopping).status().code(), absl::StatusCode::kCancelled);
  *job.task.mutable_resume_from() = stopping.checkpoints.back();
  training.mutable_optimizer()->mutable_adam_w()->set_lr(1e300);
  job.folder = "again";
  ScriptedObserver observer;
  const absl::Status status = Train(job, observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("epoch 2, step 2"));
  EXPECT_TRUE(observer.checkpoints.empty());
}

TEST_F(RefusedTraining, ClassWeightsForOtherClassesAreNamed) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_class_weights()->mutable_values()->add_value(1);
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("has 1 values, but there are 3 classes"));
}

TEST_F(RefusedTraining, FoldWithoutRowsIsNamed) {
  FoldJob job = Job();
  job.task.set_fold(7);
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("fold 7"));
}

TEST_F(RefusedTraining, TransformsThatTheImagesCannotTakeAreNamed) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_augmentation()->Clear();
  training.add_augmentation()->mutable_random_crop()->set_height(4096);
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("training.augmentation[0].random_crop.height"));
}

TEST_F(RefusedTraining, FoldsOfOtherDataAreNamed) {
  FoldJob job = Job();
  job.folds.fold_of_row.pop_back();
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RefusedTraining, LabelsBeyondTheClassesAreNamed) {
  FoldJob job = Job();
  job.classes = 2;
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("label 2"));
}

}  // namespace
}  // namespace pleat
