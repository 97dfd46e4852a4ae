// Trainings by two ranks against trainings by one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/store/store.h"
#include "tests/worker/train/exhausted_channel.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/distributed/group_status.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_trainer.h"

namespace pleat {
namespace {

// 80 rows to train on, batches of 8: 10 steps an epoch.
constexpr int64_t kGroupRows = 160;

FoldJob DoubleJob(const Dataset& dataset, const std::string& folder) {
  FoldJob job = SmallJob(dataset, folder);
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.set_precision("fp64");
  training.set_epochs(2);
  // Biases before batch norm have gradients of rounding noise alone, which differs between group
  // sizes; Adam would divide it by epsilon.
  training.mutable_optimizer()->mutable_sgd()->set_lr(0.05);
  training.mutable_optimizer()->mutable_sgd()->set_momentum(0.9);
  return job;
}

// Parameters and batch-norm statistics of a rank.
struct RankWeights {
  at::Tensor parameters;
  at::Tensor statistics;
};

// Each rank's weights after `steps` steps.
std::vector<RankWeights> WeightsAfter(const FoldJob& job, int size, int steps) {
  std::vector<RankWeights> weights(size);
  RunGroup(size, [&](Group& group) {
    FoldParts parts = PartsAfter(job, group, steps);
    weights[group.rank] = {parts.model->parameters().values().clone(),
                           parts.model->parameters().statistic_values().clone()};
  });
  return weights;
}

// With everything on that keeps state beside the weights or looks at other rows.
FoldJob AveragedMixedJob(const Dataset& dataset, const std::string& folder) {
  FoldJob job = DoubleJob(dataset, folder);
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_ema()->set_decay(0.9);
  training.mutable_mixup()->set_alpha(0.4);
  return job;
}

double LargestDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(GroupTraining, RanksStayBitEqualAndFollowOneRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const FoldJob job = DoubleJob(dataset, "unused");
  const std::vector<RankWeights> start = WeightsAfter(job, 1, 0);
  const std::vector<RankWeights> one = WeightsAfter(job, 1, 20);
  const std::vector<RankWeights> two = WeightsAfter(job, 2, 20);
  EXPECT_TRUE(at::equal(two[0].parameters, two[1].parameters));
  EXPECT_TRUE(at::equal(two[0].statistics, two[1].statistics));
  EXPECT_LT(LargestDifference(two[0].parameters, one[0].parameters), 1e-9);
  EXPECT_LT(LargestDifference(two[0].statistics, one[0].statistics), 1e-9);
  EXPECT_GT(LargestDifference(one[0].parameters, start[0].parameters), 1e-2);
}

TEST(GroupTraining, WholeRecipeFollowsOneRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  FoldJob job = DoubleJob(dataset, "unused");
  UseWholeRecipe(*job.task.mutable_config()->mutable_training());
  const std::vector<RankWeights> start = WeightsAfter(job, 1, 0);
  const std::vector<RankWeights> one = WeightsAfter(job, 1, 20);
  for (const int size : {2, 3}) {
    const std::vector<RankWeights> group = WeightsAfter(job, size, 20);
    for (const RankWeights& rank : group) {
      EXPECT_TRUE(at::equal(rank.parameters, group[0].parameters));
      EXPECT_TRUE(at::equal(rank.statistics, group[0].statistics));
    }
    EXPECT_LT(LargestDifference(group[0].parameters, one[0].parameters), 1e-9);
    EXPECT_LT(LargestDifference(group[0].statistics, one[0].statistics), 1e-9);
  }
  EXPECT_GT(LargestDifference(one[0].parameters, start[0].parameters), 1e-3);
}

TEST(GroupTraining, ThreeRanksWithUnevenPartsFollowOneRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const FoldJob job = DoubleJob(dataset, "unused");
  const std::vector<RankWeights> one = WeightsAfter(job, 1, 5);
  const std::vector<RankWeights> three = WeightsAfter(job, 3, 5);
  EXPECT_LT(LargestDifference(three[2].parameters, one[0].parameters), 1e-9);
}

TEST(GroupTraining, MixedRowsAndAveragesFollowOneRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const FoldJob job = AveragedMixedJob(dataset, "unused");
  std::vector<at::Tensor> averages;
  std::vector<at::Tensor> weights;
  for (const int size : {1, 2, 3}) {
    std::vector<at::Tensor> of_ranks(size);
    RunGroup(size, [&](Group& group) {
      FoldParts parts = PartsAfter(job, group, 20);
      of_ranks[group.rank] = at::cat({parts.average->values(), parts.average->statistic_values()});
      if (group.rank == 0) weights.push_back(parts.model->parameters().values().clone());
    });
    for (const at::Tensor& average : of_ranks) EXPECT_TRUE(at::equal(average, of_ranks[0]));
    averages.push_back(of_ranks[0]);
  }
  for (const int i : {1, 2}) {
    EXPECT_LT(LargestDifference(averages[i], averages[0]), 1e-9);
    EXPECT_LT(LargestDifference(weights[i], weights[0]), 1e-9);
  }
  EXPECT_GT(LargestDifference(averages[0].slice(0, 0, weights[0].numel()), weights[0]), 1e-4);
}

TEST(GroupTraining, PredictsOutOfFoldAsOneRankDoes) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  std::vector<std::vector<float>> oof;
  for (const int size : {1, 2}) {
    ScriptedObserver observer;
    const FoldJob job = DoubleJob(dataset, absl::StrCat("ranks_", size));
    oof.push_back(OofOf(TrainInGroup(job, size, *store, observer).value(), *store));
  }
  ASSERT_EQ(oof[0].size(), oof[1].size());
  for (size_t i = 0; i < oof[0].size(); ++i) EXPECT_NEAR(oof[0][i], oof[1][i], 1e-5);
}

TEST(GroupTraining, ResumeChangesNoBit) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver watching;
  const Outcome whole =
      OutcomeOf(TrainInGroup(DoubleJob(dataset, "whole"), 2, *store, watching).value(), *store);
  for (const uint64_t stop : {3, 10, 14}) {
    ScriptedObserver stopping;
    stopping.next_action = [stop](uint64_t step) {
      return step == stop ? StepAction::kCheckpointAndStop : StepAction::kContinue;
    };
    FoldJob job = DoubleJob(dataset, absl::StrCat("first_", stop));
    EXPECT_EQ(TrainInGroup(job, 2, *store, stopping).status().code(), absl::StatusCode::kCancelled);
    *job.task.mutable_resume_from() = stopping.checkpoints.back();
    job.folder = absl::StrCat("second_", stop);
    ScriptedObserver rest;
    EXPECT_EQ(OutcomeOf(TrainInGroup(job, 2, *store, rest).value(), *store), whole) << stop;
  }
}

TEST(GroupTraining, ResumeOfMixedRowsAndAveragesChangesNoBit) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver watching;
  const Outcome whole = OutcomeOf(
      TrainInGroup(AveragedMixedJob(dataset, "whole"), 2, *store, watching).value(), *store);
  ScriptedObserver stopping;
  stopping.next_action = [](uint64_t step) {
    return step == 14 ? StepAction::kCheckpointAndStop : StepAction::kContinue;
  };
  FoldJob job = AveragedMixedJob(dataset, "first");
  EXPECT_EQ(TrainInGroup(job, 2, *store, stopping).status().code(), absl::StatusCode::kCancelled);
  *job.task.mutable_resume_from() = stopping.checkpoints.back();
  job.folder = "second";
  ScriptedObserver rest;
  EXPECT_EQ(OutcomeOf(TrainInGroup(job, 2, *store, rest).value(), *store), whole);
}

TEST(GroupTraining, BeginsWithTheSameWeightsOnEachRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver observer;
  const v1::TrainFoldResult earlier =
      TrainInGroup(DoubleJob(dataset, "earlier"), 1, *store, observer).value();
  std::vector<std::vector<float>> oof;
  for (const int size : {1, 2}) {
    FoldJob job = DoubleJob(dataset, absl::StrCat("later_", size));
    *job.task.mutable_start_weights()->mutable_weights() = earlier.checkpoint().weights();
    oof.push_back(OofOf(TrainInGroup(job, size, *store, observer).value(), *store));
  }
  for (size_t i = 0; i < oof[0].size(); ++i) EXPECT_NEAR(oof[0][i], oof[1][i], 1e-5);
}

TEST(GroupTraining, CheckpointOfAnotherGroupSizeIsNotGoneOnFrom) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver observer;
  FoldJob job = DoubleJob(dataset, "one");
  ASSERT_TRUE(TrainInGroup(job, 1, *store, observer).ok());
  *job.task.mutable_resume_from() = observer.checkpoints.back();
  job.folder = "two";
  ScriptedObserver anew;
  ASSERT_TRUE(TrainInGroup(job, 2, *store, anew).ok());
  ASSERT_EQ(anew.damaged.size(), 1u);
  EXPECT_EQ(anew.damaged[0].what, "the checkpoint is of a group of 1 ranks, this group has 2");
  EXPECT_EQ(anew.epochs.size(), 2u) << "from the beginning";
}

TEST(GroupTraining, AllRanksEndOnADivergedLoss) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  FoldJob job = DoubleJob(dataset, "diverged");
  v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
  training.mutable_optimizer()->mutable_sgd()->set_lr(1e200);
  training.mutable_lr_schedule()->mutable_constant();
  ScriptedObserver observer;
  EXPECT_EQ(TrainInGroup(job, 2, *store, observer).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(GroupTraining, AbandonedValidationIsRepeatedAfterTheResume) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver watching;
  const Outcome whole =
      OutcomeOf(TrainInGroup(DoubleJob(dataset, "whole"), 2, *store, watching).value(), *store);
  // Leaving begins with the first validation, which is all that has pieces.
  ScriptedObserver leaving;
  leaving.should_abandon = [&] { return leaving.pieces > 0; };
  leaving.next_action = [&](uint64_t) {
    return leaving.pieces > 0 ? StepAction::kCheckpointAndStop : StepAction::kContinue;
  };
  FoldJob job = DoubleJob(dataset, "abandoned");
  EXPECT_EQ(TrainInGroup(job, 2, *store, leaving).status().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(leaving.epochs.empty());
  ASSERT_EQ(leaving.checkpoints.back().step_in_epoch(), 10u);
  *job.task.mutable_resume_from() = leaving.checkpoints.back();
  job.folder = "after";
  ScriptedObserver rest;
  EXPECT_EQ(OutcomeOf(TrainInGroup(job, 2, *store, rest).value(), *store), whole);
}

TEST(GroupTraining, AbandonedStepLeavesNoTrace) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  ScriptedObserver watching;
  const Outcome whole =
      OutcomeOf(TrainInGroup(DoubleJob(dataset, "whole"), 2, *store, watching).value(), *store);
  // At the first, the second … exchange inside step 4: two forward, two backward.
  for (const int checks : {1, 2, 3, 4}) {
    bool is_leaving = false;
    int left = checks;
    ScriptedObserver leaving;
    leaving.next_action = [&](uint64_t step) {
      if (is_leaving) return StepAction::kCheckpointAndStop;
      is_leaving = step == 4;
      return StepAction::kContinue;
    };
    leaving.should_abandon = [&] { return is_leaving && --left <= 0; };
    FoldJob job = DoubleJob(dataset, absl::StrCat("abandoned_", checks));
    EXPECT_EQ(TrainInGroup(job, 2, *store, leaving).status().code(), absl::StatusCode::kCancelled);
    ASSERT_EQ(leaving.checkpoints.back().global_step(), 4u);
    *job.task.mutable_resume_from() = leaving.checkpoints.back();
    job.folder = absl::StrCat("after_", checks);
    ScriptedObserver rest;
    EXPECT_EQ(OutcomeOf(TrainInGroup(job, 2, *store, rest).value(), *store), whole);
  }
}

TEST(GroupTraining, ARankWithoutMemoryEndsAllWithItsReason) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const FoldJob job = DoubleJob(dataset, "memory");
  for (const int failing : {0, 1}) {
    const auto store = NewMemoryStore();
    RunGroup(2, [&](Group& group) {
      if (group.rank == failing) {
        group.statistics = std::make_unique<ExhaustedChannel>(std::move(group.statistics), 5);
      }
      ScriptedObserver observer;
      const absl::Status status = TrainFold(job, group, *store, observer).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      EXPECT_EQ(Health(group).code(), absl::StatusCode::kResourceExhausted);
    });
  }
}

TEST(GroupTraining, OtherFailuresOfOneRankAreNotTakenForALostRank) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  RunGroup(2, [&](Group& group) {
    FoldJob job = DoubleJob(dataset, "internal");
    ScriptedObserver observer;
    observer.next_action = [](uint64_t step) {
      TORCH_CHECK(step < 3, "something is wrong");
      return StepAction::kContinue;
    };
    EXPECT_EQ(TrainFold(job, group, *store, observer).status().code(), absl::StatusCode::kInternal);
  });
}

TEST(GroupTraining, RanksAgreeThatOneCannotBegin) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  RunGroup(2, [&](Group& group) {
    FoldJob job = DoubleJob(dataset, "begin");
    if (group.rank == 1) job.folds.fold_of_row.pop_back();
    ScriptedObserver observer;
    EXPECT_EQ(TrainFold(job, group, *store, observer).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(Health(group).ok());
    EXPECT_TRUE(group.control->Barrier().ok());
  });
}

TEST(GroupTraining, EndsEarlyTogether) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  FoldJob job = DoubleJob(dataset, "early");
  job.task.mutable_config()->mutable_training()->set_epochs(6);
  UseWholeRecipe(*job.task.mutable_config()->mutable_training());
  ScriptedObserver observer;
  ASSERT_TRUE(TrainInGroup(job, 2, *store, observer).ok());
  EXPECT_EQ(observer.epochs.size(), 3u);
}

TEST(GroupTraining, AllRanksNameTheLossBeforeTheOneThatFailed) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  FoldJob job = DoubleJob(dataset, "diverged");
  job.task.mutable_config()->mutable_training()->mutable_optimizer()->mutable_sgd()->set_lr(1e200);
  ScriptedObserver observer;
  const absl::Status status = TrainInGroup(job, 2, *store, observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_NE(status.message().find("the last finite loss was "), std::string::npos) << status;
  EXPECT_TRUE(observer.checkpoints.empty());
}

TEST(GroupTraining, RefusesBatchesSmallerThanTheGroup) {
  const Dataset dataset = SmallDataset(kGroupRows);
  const auto store = NewMemoryStore();
  FoldJob job = DoubleJob(dataset, "small");
  job.task.mutable_config()->mutable_training()->set_batch_size(1);
  ScriptedObserver observer;
  EXPECT_EQ(TrainInGroup(job, 2, *store, observer).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
