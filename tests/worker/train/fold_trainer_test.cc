#include "worker/train/fold_trainer.h"

#include <gmock/gmock.h>

#include <future>

#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"
#include "tests/common/store/wrapped_store.h"
#include "tests/worker/train/fold_trainer_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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

TEST_F(FoldTrainerTest, RecomputedActivationsChangeNoBit) {
  FoldJob job = Job("b");
  job.task.set_recompute_activations(true);
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(job), *store_),
            OutcomeOf(TrainUndisturbed(Job("a")), *store_));
  // In a group, batch norm's exchange is done again too.
  ScriptedObserver observer;
  const auto plain = TrainInGroup(Job("c"), 2, *store_, observer);
  job.folder = "d";
  const auto recomputed = TrainInGroup(job, 2, *store_, observer);
  EXPECT_EQ(OutcomeOf(recomputed.value(), *store_), OutcomeOf(plain.value(), *store_));
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

TEST_F(FoldTrainerTest, CheckpointsInsideAnEpochComeByStepsOrSeconds) {
  FoldJob job = Job();
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.set_checkpoint_epochs(100);
  training.set_checkpoint_steps(5);
  ScriptedObserver by_steps;
  const Outcome whole = OutcomeOf(Train(job, by_steps).value(), *store_);
  ASSERT_EQ(by_steps.checkpoints.size(), 2u);
  EXPECT_EQ(by_steps.checkpoints[0].global_step(), 5u);
  EXPECT_EQ(by_steps.checkpoints[0].step_in_epoch(), 2u);
  EXPECT_EQ(by_steps.checkpoints[1].global_step(), kSteps);

  training.clear_checkpoint_steps();
  training.set_checkpoint_seconds(1e-6);
  job.folder = "seconds";
  ScriptedObserver by_seconds;
  by_seconds.next_action = [](uint64_t) { return StepAction::kContinue; };
  EXPECT_EQ(OutcomeOf(Train(job, by_seconds).value(), *store_), whole);
  EXPECT_GE(by_seconds.checkpoints.size(), 2u);
}

TEST_F(FoldTrainerTest, KeepsTheLastTwoCheckpoints) {
  ScriptedObserver observer;
  // Those of the first two epochs are begun at steps 3 and 6.
  observer.next_action = [](uint64_t step) {
    return step % 3 == 1 ? StepAction::kAwaitCheckpoint : StepAction::kContinue;
  };
  ASSERT_TRUE(Train(Job(), observer).ok());
  ASSERT_EQ(observer.checkpoints.size(), 3u);
  EXPECT_FALSE(Exists(observer.checkpoints[0].weights()));
  EXPECT_TRUE(Exists(observer.checkpoints[1].weights()));
  EXPECT_TRUE(Exists(observer.checkpoints[2].weights()));
}

// A store whose first checkpoint is written only when a test says so.
class HeldStore final : public WrappedStore {
 public:
  std::promise<void> release;

  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    if (path.ends_with("/weights.safetensors") && !is_released_) {
      release.get_future().wait();
      is_released_ = true;
    }
    return WrappedStore::Write(path, bytes);
  }

 private:
  bool is_released_ = false;
};

TEST_F(FoldTrainerTest, StepsGoOnWhileACheckpointIsWritten) {
  const Outcome whole = OutcomeOf(TrainUndisturbed(Job()), *store_);
  HeldStore store;
  FoldJob job = Job();
  job.task.mutable_config()->mutable_training()->set_checkpoint_steps(1);
  ScriptedObserver observer;
  // The first checkpoint is begun at step 1; were it waited for, this step would never come.
  observer.next_action = [&](uint64_t step) {
    if (step == 5) store.release.set_value();
    return step == 5 ? StepAction::kAwaitCheckpoint : StepAction::kContinue;
  };
  Group alone;
  const v1::TrainFoldResult result = TrainFold(job, alone, store, observer).value();
  EXPECT_EQ(OutcomeOf(result, store), whole);
  // The copy is of its step, whatever came after; what was due meanwhile came late.
  EXPECT_EQ(observer.checkpoints[0].global_step(), 1u);
  EXPECT_EQ(observer.checkpoints[1].global_step(), 6u);
  job.folder = "resumed";
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  ScriptedObserver rest;
  EXPECT_EQ(OutcomeOf(TrainFold(job, alone, store, rest).value(), store), whole);
}

// A store on which the optimizer's buffers cannot be written.
class FailingStore final : public WrappedStore {
 public:
  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    if (path.ends_with("/optimizer.safetensors")) return absl::UnavailableError("gone");
    return WrappedStore::Write(path, bytes);
  }
};

TEST_F(FoldTrainerTest, CheckpointThatCannotBeWrittenEndsTheTrainingUnpublished) {
  FailingStore store;
  ScriptedObserver observer;
  Group alone;
  EXPECT_EQ(TrainFold(Job(), alone, store, observer).status(), absl::UnavailableError("gone"));
  EXPECT_TRUE(observer.checkpoints.empty());
}

}  // namespace
}  // namespace pleat
