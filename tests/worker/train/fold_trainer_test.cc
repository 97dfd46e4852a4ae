#include "worker/train/fold_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"
#include "common/store/safetensors.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/data/channel_moments.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// 25 rows to train on, batches of 8: 3 steps an epoch.
constexpr int64_t kRows = 50;
constexpr uint64_t kSteps = 9;

class FoldTrainerTest : public testing::Test {
 protected:
  FoldJob Job(const std::string& folder = "attempt_1") const { return SmallJob(dataset_, folder); }

  absl::StatusOr<v1::TrainFoldResult> Train(const FoldJob& job, ScriptedObserver& observer) {
    Group alone;
    return TrainFold(job, alone, *store_, observer);
  }

  v1::TrainFoldResult TrainUndisturbed(const FoldJob& job) {
    ScriptedObserver observer;
    return Train(job, observer).value();
  }

  // Stops at step `stop`, then goes on in another attempt.
  v1::TrainFoldResult TrainInTwoAttempts(FoldJob job, uint64_t stop, const char* name = "") {
    ScriptedObserver stopping;
    stopping.next_action = [stop](uint64_t step) {
      return step == stop ? StepAction::kCheckpointAndStop : StepAction::kContinue;
    };
    job.folder = absl::StrCat("first_", stop, name);
    EXPECT_EQ(Train(job, stopping).status().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(stopping.checkpoints.back().global_step(), stop);
    *job.task.mutable_resume_from() = stopping.checkpoints.back();
    job.folder = absl::StrCat("second_", stop, name);
    return TrainUndisturbed(job);
  }

  bool Exists(const v1::Artifact& artifact) const { return store_->Read(artifact).ok(); }

  const Dataset dataset_ = SmallDataset(kRows);
  const std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(FoldTrainerTest, LearnsAndReportsEachEpoch) {
  FoldJob job = Job();
  job.task.mutable_config()->mutable_training()->set_epochs(12);
  ScriptedObserver observer;
  const v1::TrainFoldResult result = Train(job, observer).value();
  ASSERT_EQ(observer.epochs.size(), 12u);
  EXPECT_EQ(observer.epochs[11].epoch(), 12u);
  EXPECT_LT(observer.epochs[11].train_loss(), observer.epochs[0].train_loss());
  EXPECT_GT(result.metrics().val_accuracy(), 0.6);
  EXPECT_EQ(result.trained_rows(), 12u * 3 * 8);
}

TEST_F(FoldTrainerTest, MetricsAreThoseOfTheOutOfFoldLogits) {
  const v1::TrainFoldResult result = TrainUndisturbed(Job());
  const std::vector<float> oof = OofOf(result, *store_);
  std::vector<int64_t> labels;
  for (int64_t row = 1; row < kRows; row += 2) labels.push_back(dataset_.labels[row]);
  ASSERT_EQ(oof.size(), labels.size() * 3);
  EXPECT_EQ(result.metrics().val_accuracy(), Accuracy(oof, labels, 3));
  EXPECT_EQ(result.metrics().val_log_loss(), LogLoss(SoftmaxRows(oof, 3), labels, 3));
  const v1::ClassificationSums sums = SumsOf(SoftmaxRows(oof, 3), labels, 3);
  EXPECT_EQ(result.metrics().validation().SerializeAsString(),
            ClassMetricsOf(sums).SerializeAsString());
  EXPECT_THAT(store_->Read(result.classes()).value(),
              HasSubstr(absl::StrCat("\n3,validation,0,", sums.classes().rows(0), ",")));
}

TEST_F(FoldTrainerTest, MetricsOfTrainingRowsAreThoseOfTheBatchesSeen) {
  const v1::TrainFoldResult result = TrainUndisturbed(Job());
  // Each class has its rows in every epoch: 24 of 25 are seen, whichever is left out.
  const v1::ClassMetrics& train = result.metrics().train();
  EXPECT_GT(train.log_loss(), 0);
  EXPECT_GT(train.macro_recall(), 0);
  // A right prediction of three classes may have less than a half, a rounded one has not.
  EXPECT_LE(train.cell_recall(), result.metrics().train_accuracy());
  EXPECT_GE(train.cell_precision(), train.cell_recall());
}

TEST_F(FoldTrainerTest, WritesTheNotebooksFileOfTheFold) {
  const v1::TrainFoldResult result = TrainUndisturbed(Job());
  EXPECT_EQ(result.validation_results().path(), "attempt_1/ValidationResults1.csv");
  EXPECT_THAT(store_->Read(result.validation_results()).value(),
              StartsWith("Class,Valid_accuracy\n0,"));
}

TEST_F(FoldTrainerTest, SameJobGivesTheSameBits) {
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(Job("a")), *store_),
            OutcomeOf(TrainUndisturbed(Job("b")), *store_));
}

TEST_F(FoldTrainerTest, SeedTrialAndFoldChangeTheBits) {
  const Outcome plain = OutcomeOf(TrainUndisturbed(Job("a")), *store_);
  FoldJob seed = Job("b");
  seed.task.mutable_config()->mutable_training()->set_seed(6);
  FoldJob trial = Job("c");
  trial.task.mutable_config()->set_trial(1);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(seed), *store_).weights, plain.weights);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(trial), *store_).weights, plain.weights);
}

TEST_F(FoldTrainerTest, ResumeAtAnyStepChangesNoBit) {
  const Outcome whole = OutcomeOf(TrainUndisturbed(Job()), *store_);
  for (uint64_t stop = 0; stop < kSteps; ++stop) {
    EXPECT_EQ(OutcomeOf(TrainInTwoAttempts(Job(), stop), *store_), whole) << "step " << stop;
  }
}

TEST_F(FoldTrainerTest, ResumeOfBestEpochAtAnyStepChangesNoBit) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.set_checkpoint("best");
  // Steps so long that a later epoch is not the best.
  training.mutable_optimizer()->mutable_rmsprop()->set_lr(0.05);
  training.mutable_optimizer()->mutable_rmsprop()->set_rho(0.9);
  training.mutable_optimizer()->mutable_rmsprop()->set_epsilon(1e-7);
  const Outcome whole = OutcomeOf(TrainUndisturbed(job), *store_);
  for (uint64_t stop = 0; stop < kSteps; ++stop) {
    EXPECT_EQ(OutcomeOf(TrainInTwoAttempts(job, stop), *store_), whole) << "step " << stop;
  }
}

TEST_F(FoldTrainerTest, ResumeOfAveragesAndMixedRowsAtAnyStepChangesNoBit) {
  for (const char* policy : {"last", "best"}) {
    FoldJob job = Job(absl::StrCat("whole_", policy));
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_checkpoint(policy);
    training.mutable_ema()->set_decay(0.9);
    training.mutable_mixup()->set_alpha(0.4);
    const Outcome whole = OutcomeOf(TrainUndisturbed(job), *store_);
    for (uint64_t stop = 0; stop < kSteps; ++stop) {
      EXPECT_EQ(OutcomeOf(TrainInTwoAttempts(job, stop, policy), *store_), whole)
          << policy << ", step " << stop;
    }
    ScriptedObserver observer;
    job.folder = absl::StrCat("ended_", policy);
    ASSERT_TRUE(Train(job, observer).ok());
    *job.task.mutable_resume_from() = observer.checkpoints.back();
    job.folder = absl::StrCat("after_", policy);
    EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_), whole) << policy << ", after the end";
  }
}

TEST_F(FoldTrainerTest, ResumeOfTheWholeRecipeAtAnyStepChangesNoBit) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.set_epochs(6);
  UseWholeRecipe(training);
  ScriptedObserver observer;
  const Outcome whole = OutcomeOf(Train(job, observer).value(), *store_);
  ASSERT_EQ(observer.epochs.size(), 3u) << "ends early";
  for (uint64_t stop = 0; stop < kSteps; ++stop) {
    EXPECT_EQ(OutcomeOf(TrainInTwoAttempts(job, stop), *store_), whole) << "step " << stop;
  }
  // After the end, too.
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  job.folder = "again";
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_), whole);
}

TEST_F(FoldTrainerTest, ResumeAfterTheLastEpochGivesTheSameResult) {
  for (const char* policy : {"last", "best"}) {
    FoldJob job = Job(absl::StrCat("first_", policy));
    job.task.mutable_config()->mutable_training()->set_checkpoint(policy);
    ScriptedObserver observer;
    const Outcome whole = OutcomeOf(Train(job, observer).value(), *store_);
    ASSERT_EQ(observer.checkpoints.back().global_step(), kSteps);
    *job.task.mutable_resume_from() = observer.checkpoints.back();
    job.folder = absl::StrCat("second_", policy);
    EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_), whole) << policy;
  }
}

TEST_F(FoldTrainerTest, AbandonedStepLeavesNoTrace) {
  const Outcome whole = OutcomeOf(TrainUndisturbed(Job()), *store_);
  // Leaving begins after step 4 was allowed: at the first check inside it, the second, … the last
  // ones of which lie in the backward pass.
  for (const int checks : {1, 2, 3, 10, 18, 19, 20, 28, 35}) {
    bool leaving = false;
    int left = checks;
    ScriptedObserver observer;
    observer.next_action = [&](uint64_t step) {
      if (leaving) return StepAction::kCheckpointAndStop;
      leaving = step == 4;
      return StepAction::kContinue;
    };
    observer.should_abandon = [&] { return leaving && --left <= 0; };
    FoldJob job = Job(absl::StrCat("abandoned_", checks));
    EXPECT_EQ(Train(job, observer).status().code(), absl::StatusCode::kCancelled);
    ASSERT_EQ(observer.checkpoints.back().global_step(), 4u);
    *job.task.mutable_resume_from() = observer.checkpoints.back();
    job.folder = absl::StrCat("after_", checks);
    EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_), whole);
  }
}

TEST_F(FoldTrainerTest, AbandonedValidationIsRepeatedAfterTheResume) {
  const Outcome whole = OutcomeOf(TrainUndisturbed(Job()), *store_);
  // The second epoch is steps 3 to 5. Step 4 tells how often a step asks; what asks more often
  // after step 5 was allowed is the validation.
  int checks = 0;
  int checks_of_a_step = 0;
  bool is_last_step = false;
  ScriptedObserver observer;
  observer.next_action = [&](uint64_t step) {
    if (step == 6) return StepAction::kCheckpointAndStop;
    if (step == 5) checks_of_a_step = checks;
    is_last_step = step == 5;
    checks = 0;
    return StepAction::kContinue;
  };
  observer.should_abandon = [&] { return ++checks > checks_of_a_step && is_last_step; };
  FoldJob job = Job("abandoned");
  EXPECT_EQ(Train(job, observer).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(observer.epochs.size(), 1u);
  ASSERT_EQ(observer.checkpoints.back().global_step(), 6u);
  ASSERT_EQ(observer.checkpoints.back().epoch(), 1u);
  ASSERT_EQ(observer.checkpoints.back().step_in_epoch(), 3u);
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  job.folder = "after";
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_), whole);
}

TEST_F(FoldTrainerTest, LongValidationsAreSeenToMove) {
  const Dataset dataset = SmallDataset(1'200);
  FoldJob job = SmallJob(dataset, "long");
  job.task.mutable_config()->mutable_training()->set_epochs(1);
  ScriptedObserver observer;
  ASSERT_TRUE(Train(job, observer).ok());
  EXPECT_GE(observer.pieces, 3) << "600 rows are three chunks";
}

TEST_F(FoldTrainerTest, AbandonedOutOfFoldPredictionEndsTheAttempt) {
  ScriptedObserver observer;
  ASSERT_TRUE(Train(Job("whole"), observer).ok());
  FoldJob job = Job("again");
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  ScriptedObserver leaving;
  leaving.should_abandon = [] { return true; };
  EXPECT_EQ(Train(job, leaving).status().code(), absl::StatusCode::kCancelled);
  EXPECT_FALSE(store_->ReadUnchecked("again/oof.npy", 1 << 20).ok());
}

TEST_F(FoldTrainerTest, StopLeavesWithoutACheckpoint) {
  ScriptedObserver observer;
  observer.next_action = [](uint64_t) { return StepAction::kStop; };
  EXPECT_EQ(Train(Job(), observer).status().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(observer.checkpoints.empty());
}

TEST_F(FoldTrainerTest, CancelledEpochReportEndsTraining) {
  ScriptedObserver observer;
  observer.epoch_answer = absl::CancelledError("pruned");
  const absl::Status status = Train(Job(), observer).status();
  EXPECT_EQ(status, absl::CancelledError("pruned"));
  EXPECT_EQ(observer.epochs.size(), 1u);
}

TEST_F(FoldTrainerTest, CheckpointsComeAsOftenAsAsked) {
  FoldJob job = Job();
  job.task.mutable_config()->mutable_training()->set_checkpoint_epochs(2);
  ScriptedObserver observer;
  ASSERT_TRUE(Train(job, observer).ok());
  ASSERT_EQ(observer.checkpoints.size(), 2u);
  EXPECT_EQ(observer.checkpoints[0].epoch(), 2u);
  EXPECT_EQ(observer.checkpoints[1].epoch(), 3u);
}

TEST_F(FoldTrainerTest, KeepsTheNewestCheckpointOnly) {
  ScriptedObserver observer;
  ASSERT_TRUE(Train(Job(), observer).ok());
  ASSERT_EQ(observer.checkpoints.size(), 3u);
  EXPECT_FALSE(Exists(observer.checkpoints[0].weights()));
  EXPECT_FALSE(Exists(observer.checkpoints[1].weights()));
  EXPECT_TRUE(Exists(observer.checkpoints[2].weights()));
}

class CheckpointPolicy : public FoldTrainerTest {
 protected:
  // Accuracy on few rows goes up and down.
  FoldJob UnsteadyJob(const std::string& policy) {
    FoldJob job = Job(policy);
    job.task.mutable_metric()->set_name("val_accuracy");
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_epochs(8);
    training.set_checkpoint(policy);
    training.mutable_optimizer()->mutable_adam_w()->set_lr(0.3);
    return job;
  }
};

TEST_F(CheckpointPolicy, BestKeepsTheBestEpochAndLastTheLast) {
  ScriptedObserver observer;
  const v1::TrainFoldResult best = Train(UnsteadyJob("best"), observer).value();
  uint32_t expected = 1;
  for (const v1::EpochMetrics& epoch : observer.epochs) {
    if (epoch.val_accuracy() > observer.epochs[expected - 1].val_accuracy()) {
      expected = epoch.epoch();
    }
  }
  ASSERT_LT(expected, 8u) << "the last epoch is the best: this training shows nothing";
  EXPECT_EQ(best.metrics().epoch(), expected);
  EXPECT_EQ(best.checkpoint().epoch(), expected);
  EXPECT_TRUE(Exists(best.checkpoint().weights()));
  std::vector<int64_t> labels;
  for (int64_t row = 1; row < kRows; row += 2) labels.push_back(dataset_.labels[row]);
  EXPECT_EQ(Accuracy(OofOf(best, *store_), labels, 3), best.metrics().val_accuracy());

  const v1::TrainFoldResult last = TrainUndisturbed(UnsteadyJob("last"));
  EXPECT_EQ(last.metrics().epoch(), 8u);
  EXPECT_EQ(last.checkpoint().epoch(), 8u);
}

TEST_F(CheckpointPolicy, BestFollowsTheMetricThatTheCheckpointNames) {
  FoldJob job = UnsteadyJob("best");
  // What the search would call best is the worst epoch.
  job.task.mutable_metric()->set_name("val_accuracy");
  job.task.mutable_metric()->set_goal("minimize");
  job.task.mutable_config()->mutable_training()->set_checkpoint_metric("val_accuracy");
  ScriptedObserver observer;
  const v1::TrainFoldResult by_accuracy = Train(job, observer).value();
  const auto best = std::max_element(
      observer.epochs.begin(), observer.epochs.end(),
      [](const auto& a, const auto& b) { return a.val_accuracy() < b.val_accuracy(); });
  EXPECT_EQ(by_accuracy.metrics().epoch(), best->epoch());
  job.folder = "by_search";
  job.task.mutable_config()->mutable_training()->set_checkpoint_metric("search");
  EXPECT_NE(TrainUndisturbed(job).metrics().epoch(), best->epoch());
}

class EarlyEnd : public FoldTrainerTest {
 protected:
  // Ends after the second epoch.
  FoldJob EarlyJob(const std::string& policy) {
    FoldJob job = Job(policy);
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_checkpoint(policy);
    training.set_checkpoint_epochs(10);
    training.mutable_early_stopping()->set_metric("val_loss");
    training.mutable_early_stopping()->set_patience(1);
    training.mutable_early_stopping()->set_min_delta(1000);
    return job;
  }
};

TEST_F(EarlyEnd, KeepsTheWeightsThatCount) {
  for (const char* policy : {"last", "best"}) {
    ScriptedObserver observer;
    const v1::TrainFoldResult result = Train(EarlyJob(policy), observer).value();
    EXPECT_EQ(observer.epochs.size(), 2u);
    EXPECT_EQ(observer.checkpoints.back().epoch(), 2u) << "the end is always saved";
    EXPECT_TRUE(Exists(result.checkpoint().weights()));
    if (policy == std::string("last")) {
      EXPECT_EQ(result.metrics().epoch(), 2u);
    }
    EXPECT_EQ(result.checkpoint().epoch(), result.metrics().epoch());
  }
}

class NormalizedInputs : public FoldTrainerTest {
 protected:
  static std::vector<double> TensorOf(const std::string& weights, const std::string& name) {
    const std::vector<SafeTensor> tensors = DecodeSafetensors(weights).value();
    for (const SafeTensor& tensor : tensors) {
      if (tensor.name != name) continue;
      std::vector<float> values(tensor.data.size() / sizeof(float));
      std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
      return {values.begin(), values.end()};
    }
    return {};
  }
};

TEST_F(NormalizedInputs, AreByTheTrainingRowsAloneAndKeptWithTheWeights) {
  FoldJob job = Job();
  job.task.mutable_config()->mutable_training()->mutable_normalization()->mutable_standard();
  const Outcome outcome = OutcomeOf(TrainUndisturbed(job), *store_);
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < kRows; row += 2) rows.push_back(row);
  const ChannelMoments moments = ChannelMomentsOf(dataset_, rows, job.scale);
  EXPECT_EQ(TensorOf(outcome.weights, "input.mean"),
            std::vector<double>{static_cast<float>(moments.mean[0])});
  EXPECT_EQ(TensorOf(outcome.weights, "input.deviation"),
            std::vector<double>{static_cast<float>(moments.deviation[0])});
  EXPECT_TRUE(
      TensorOf(OutcomeOf(TrainUndisturbed(Job("plain")), *store_).weights, "input.mean").empty());
}

TEST_F(FoldTrainerTest, ClassWeightsAndClippingChangeWhatIsLearned) {
  const Outcome plain = OutcomeOf(TrainUndisturbed(Job("plain")), *store_);
  FoldJob weighted = Job("weighted");
  v1::WeightValuesSpec& values = *weighted.task.mutable_config()
                                      ->mutable_training()
                                      ->mutable_class_weights()
                                      ->mutable_values();
  for (const double value : {1.0, 2.0, 5.0}) values.add_value(value);
  FoldJob clipped = Job("clipped");
  clipped.task.mutable_config()->mutable_training()->set_clip_gradient_norm(0.01);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(weighted), *store_).weights, plain.weights);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(clipped), *store_).weights, plain.weights);
  // A limit that no gradient reaches changes nothing.
  clipped.folder = "loose";
  clipped.task.mutable_config()->mutable_training()->set_clip_gradient_norm(1e6);
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(clipped), *store_).weights, plain.weights);
}

class RefusedTraining : public FoldTrainerTest {
 protected:
  absl::Status Refusal(const FoldJob& job) {
    ScriptedObserver observer;
    return Train(job, observer).status();
  }
};

TEST_F(RefusedTraining, DamagedCheckpointIsDataLoss) {
  ScriptedObserver observer;
  ASSERT_TRUE(Train(Job(), observer).ok());
  FoldJob job = Job("again");
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  job.task.mutable_resume_from()->mutable_weights()->set_sha256(std::string(64, '0'));
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kDataLoss);
}

TEST_F(RefusedTraining, RemovedCheckpointIsDataLoss) {
  ScriptedObserver observer;
  ASSERT_TRUE(Train(Job(), observer).ok());
  FoldJob job = Job("again");
  *job.task.mutable_resume_from() = observer.checkpoints.front();
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kDataLoss);
}

TEST_F(RefusedTraining, CheckpointOfAnotherModelIsDataLoss) {
  ScriptedObserver observer;
  ASSERT_TRUE(Train(Job(), observer).ok());
  FoldJob job = Job("again");
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  job.task.mutable_config()->mutable_model()->mutable_se_cnn()->set_width(5);
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kDataLoss);
}

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
