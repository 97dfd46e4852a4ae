#include "worker/train/start_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/train/training_fixture.h"
#include "worker/model/model.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kStartRows = 50;

class StartWeightsTest : public testing::Test {
 protected:
  FoldJob Job(const std::string& folder) const { return SmallJob(dataset_, folder); }

  absl::StatusOr<v1::TrainFoldResult> Train(const FoldJob& job, ScriptedObserver& observer) {
    Group alone;
    return TrainFold(job, alone, *store_, observer);
  }

  v1::TrainFoldResult TrainUndisturbed(const FoldJob& job) {
    ScriptedObserver observer;
    return Train(job, observer).value();
  }

  // A job that begins with what an earlier training left.
  FoldJob JobAfter(const v1::TrainFoldResult& earlier, const std::string& folder) const {
    FoldJob job = Job(folder);
    *job.task.mutable_start_weights()->mutable_weights() = earlier.checkpoint().weights();
    job.task.mutable_start_weights()->set_origin("sweep early, trial 0, fold 1");
    job.task.mutable_config()->mutable_training()->mutable_start_from()->set_sweep("early");
    return job;
  }

  static void OnlyUse(FoldJob& job) {
    job.task.mutable_config()->mutable_training()->set_train(false);
  }

  absl::Status Refusal(const FoldJob& job) {
    ScriptedObserver observer;
    return Train(job, observer).status();
  }

  const Dataset dataset_ = SmallDataset(kStartRows);
  const std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(StartWeightsTest, FinishedWeightsGiveTheirOwnScoresAgain) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  OnlyUse(job);
  ScriptedObserver observer;
  const v1::TrainFoldResult result = Train(job, observer).value();
  EXPECT_EQ(OofOf(result, *store_), OofOf(earlier, *store_));
  EXPECT_EQ(store_->Read(result.checkpoint().weights()).value(),
            store_->Read(earlier.checkpoint().weights()).value());
  EXPECT_EQ(result.metrics().val_log_loss(), earlier.metrics().val_log_loss());
  EXPECT_EQ(result.metrics().epoch(), 1u);
  EXPECT_EQ(result.trained_rows(), 0u);
  EXPECT_EQ(observer.epochs.size(), 1u);
  EXPECT_THAT(result.transfer().missing(), IsEmpty());
  EXPECT_THAT(result.transfer().unused(), IsEmpty());
}

TEST_F(StartWeightsTest, FinishedWeightsHaveTheBestEpochToo) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  OnlyUse(job);
  job.task.mutable_config()->mutable_training()->set_checkpoint("best");
  EXPECT_EQ(OofOf(TrainUndisturbed(job), *store_), OofOf(earlier, *store_));
}

TEST_F(StartWeightsTest, ValidationOfFinishedWeightsCanBeLeftAndResumed) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "left");
  OnlyUse(job);
  ScriptedObserver leaving;
  leaving.should_abandon = [] { return true; };
  leaving.next_action = [](uint64_t) { return StepAction::kCheckpointAndStop; };
  EXPECT_EQ(Train(job, leaving).status().code(), absl::StatusCode::kCancelled);
  ASSERT_EQ(leaving.checkpoints.size(), 1u);
  *job.task.mutable_resume_from() = leaving.checkpoints.back();
  job.folder = "resumed";
  EXPECT_EQ(OofOf(TrainUndisturbed(job), *store_), OofOf(earlier, *store_));
}

TEST_F(StartWeightsTest, TrainingGoesOnFromThem) {
  FoldJob long_job = Job("early");
  long_job.task.mutable_config()->mutable_training()->set_epochs(12);
  const v1::TrainFoldResult earlier = TrainUndisturbed(long_job);
  ScriptedObserver fresh;
  ScriptedObserver after;
  ASSERT_TRUE(Train(Job("fresh"), fresh).ok());
  const v1::TrainFoldResult result = Train(JobAfter(earlier, "late"), after).value();
  EXPECT_LT(after.epochs[0].train_loss(), fresh.epochs[0].train_loss());
  EXPECT_GT(result.transfer().taken_size(), 10);
}

TEST_F(StartWeightsTest, ResumeDoesNotTakeThemAgain) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "whole");
  job.task.mutable_config()->mutable_training()->mutable_ema()->set_decay(0.9);
  const v1::TrainFoldResult whole = TrainUndisturbed(job);
  ScriptedObserver stopping;
  stopping.next_action = [](uint64_t step) {
    return step == 4 ? StepAction::kCheckpointAndStop : StepAction::kContinue;
  };
  job.folder = "first";
  EXPECT_EQ(Train(job, stopping).status().code(), absl::StatusCode::kCancelled);
  *job.task.mutable_resume_from() = stopping.checkpoints.back();
  job.folder = "second";
  // They are not even there any more.
  job.task.mutable_start_weights()->mutable_weights()->set_path("gone");
  const v1::TrainFoldResult resumed = TrainUndisturbed(job);
  EXPECT_EQ(OutcomeOf(resumed, *store_), OutcomeOf(whole, *store_));
  EXPECT_EQ(resumed.transfer().SerializeAsString(), whole.transfer().SerializeAsString());
}

TEST_F(StartWeightsTest, HeadOfOtherClassesBeginsAnew) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  job.classes = 5;
  const v1::TrainFoldResult result = TrainUndisturbed(job);
  EXPECT_THAT(result.transfer().misfits(), ElementsAre(HasSubstr("weight [3, 8], here [5, 8]"),
                                                       HasSubstr("bias [3], here [5]")));
  EXPECT_THAT(result.transfer().missing(), IsEmpty());
  job.folder = "strict";
  job.task.mutable_config()->mutable_training()->mutable_start_from()->set_strict(true);
  const absl::Status strict = Refusal(job);
  EXPECT_EQ(strict.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(strict.message()), HasSubstr("sweep early, trial 0, fold 1"));
  EXPECT_THAT(std::string(strict.message()), HasSubstr("weight [3, 8], here [5, 8]"));
}

TEST_F(StartWeightsTest, WeightsThatAreOnlyUsedMustAllFit) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  OnlyUse(job);
  job.classes = 5;
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StartWeightsTest, StatisticsOfInputsThatTheModelLeavesOutAreRefused) {
  FoldJob standard = Job("early");
  standard.task.mutable_config()->mutable_training()->mutable_normalization()->mutable_standard();
  FoldJob job = JobAfter(TrainUndisturbed(standard), "late");
  OnlyUse(job);
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("not in this model: input.deviation, input.mean"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("training.normalization"));
  job.task.mutable_config()->mutable_training()->mutable_normalization()->mutable_standard();
  EXPECT_TRUE(Refusal(job).ok());
}

TEST_F(StartWeightsTest, TensorsThatTheModelLeavesOutAreOnlyToldWhenItIsTrained) {
  FoldJob standard = Job("early");
  standard.task.mutable_config()->mutable_training()->mutable_normalization()->mutable_standard();
  FoldJob job = JobAfter(TrainUndisturbed(standard), "late");
  EXPECT_THAT(TrainUndisturbed(job).transfer().unused(),
              ElementsAre("input.deviation", "input.mean"));
  job.folder = "strict";
  job.task.mutable_config()->mutable_training()->mutable_start_from()->set_strict(true);
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StartWeightsTest, WeightsOfWhichNothingFitsAreRefused) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  v1::ModelSpec& model = *job.task.mutable_config()->mutable_model();
  model.mutable_mlp()->add_hidden(7);
  job.classes = 5;  // else the bias of the logits would fit
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no tensor fits this model"));
}

TEST_F(StartWeightsTest, DamagedFilesAreBadInput) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  v1::Artifact& weights = *job.task.mutable_start_weights()->mutable_weights();
  v1::Artifact changed = earlier.checkpoint().weights();
  changed.set_sha256(std::string(64, '0'));
  for (const v1::Artifact& damaged : {earlier.epochs(), changed}) {
    weights = damaged;
    const absl::Status status = Refusal(job);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("sweep early, trial 0, fold 1"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("or train that sweep again"));
  }
}

// The store may show it later.
TEST_F(StartWeightsTest, MissingFilesAreNotFound) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  job.task.mutable_start_weights()->mutable_weights()->set_path("gone");
  const absl::Status status = Refusal(job);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("sweep early, trial 0, fold 1"));
}

TEST_F(StartWeightsTest, TasksWithoutTheWeightsAskedForAreRefused) {
  FoldJob job = Job("late");
  OnlyUse(job);
  EXPECT_EQ(Refusal(job).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(StartWeightsTest, TakesOtherPrecisions) {
  const v1::TrainFoldResult earlier = TrainUndisturbed(Job("early"));
  FoldJob job = JobAfter(earlier, "late");
  OnlyUse(job);
  job.task.mutable_config()->mutable_training()->set_precision("fp64");
  const std::vector<float> before = OofOf(earlier, *store_);
  const std::vector<float> after = OofOf(TrainUndisturbed(job), *store_);
  for (size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i], before[i], 1e-4);
}

}  // namespace
}  // namespace pleat
