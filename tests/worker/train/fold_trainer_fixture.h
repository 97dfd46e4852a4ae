// A fold of few rows, trained by one rank.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// 25 rows to train on, batches of 8: 3 steps an epoch.
inline constexpr int64_t kRows = 50;
inline constexpr uint64_t kSteps = 9;

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

}  // namespace pleat
