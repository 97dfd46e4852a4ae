#include "tests/worker/train/training_fixture.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/philox.h"
#include "common/store/npy.h"
#include "worker/distributed/local_communicator.h"
#include "worker/train/training_step.h"

namespace pleat {
namespace {

constexpr int64_t kSide = 12;
constexpr int kClasses = 3;
constexpr int kTimeoutMs = 30'000;

v1::ModelSpec SmallModel() {
  v1::ModelSpec spec;
  v1::SeCnnSpec& cnn = *spec.mutable_se_cnn();
  cnn.set_width(4);
  cnn.set_depth(1);
  cnn.set_se_ratio(2);
  cnn.set_dropout(0.2);
  cnn.add_dense(8);
  return spec;
}

v1::TrainingSpec SmallTraining() {
  v1::TrainingSpec spec;
  spec.set_epochs(3);
  spec.set_batch_size(8);
  spec.mutable_loss()->mutable_cross_entropy()->set_label_smoothing(0.1);
  v1::AdamSpec& adam = *spec.mutable_optimizer()->mutable_adam_w();
  adam.set_lr(0.01);
  adam.set_beta1(0.9);
  adam.set_beta2(0.999);
  adam.set_epsilon(1e-8);
  adam.set_weight_decay(0.01);
  v1::ReduceOnPlateauSpec& plateau = *spec.mutable_lr_schedule()->mutable_reduce_on_plateau();
  plateau.set_metric("val_loss");
  plateau.set_patience(1);
  plateau.set_factor(0.5);
  plateau.set_min_delta(0.5);
  v1::ShiftScaleRotateSpec& affine = *spec.add_augmentation()->mutable_shift_scale_rotate();
  affine.set_shift(0.1);
  affine.set_scale(0.1);
  affine.set_rotate_degrees(15);
  affine.set_p(0.5);
  spec.set_precision("fp32");
  spec.set_seed(5);
  spec.set_checkpoint("last");
  spec.set_checkpoint_epochs(1);
  return spec;
}

}  // namespace

Dataset SmallDataset(int64_t rows) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.height = kSide;
  dataset.width = kSide;
  dataset.pixels.resize(rows * kSide * kSide);
  RandomStream random(1, RandomPurpose::kSyntheticSample);
  for (int64_t row = 0; row < rows; ++row) {
    const int label = static_cast<int>(random.NextBelow(kClasses));
    dataset.labels.push_back(label);
    for (int64_t y = 0; y < kSide; ++y) {
      for (int64_t x = 0; x < kSide; ++x) {
        // A bright band of four lines, its place by the class.
        const bool bright = y / 4 == label;
        dataset.pixels[(row * kSide + y) * kSide + x] =
            static_cast<uint8_t>(random.NextBelow(120) + (bright ? 100 : 0));
      }
    }
  }
  return dataset;
}

FoldJob SmallJob(const Dataset& dataset, const std::string& folder) {
  FoldJob job;
  job.dataset = &dataset;
  job.classes = kClasses;
  job.folder = folder;
  for (int64_t row = 0; row < dataset.rows; ++row) {
    job.folds.fold_of_row.push_back(static_cast<int32_t>(row % 2));
  }
  job.task.set_fold(1);
  job.task.set_threads(1);
  job.task.mutable_metric()->set_name("val_loss");
  job.task.mutable_metric()->set_goal("auto");
  *job.task.mutable_config()->mutable_model() = SmallModel();
  *job.task.mutable_config()->mutable_training() = SmallTraining();
  return job;
}

void UseWholeRecipe(v1::TrainingSpec& training) {
  training.mutable_loss()->mutable_focal()->set_gamma(1.5);
  training.mutable_class_weights()->mutable_balanced();
  training.set_clip_gradient_norm(0.05);
  training.mutable_normalization()->mutable_standard();
  training.mutable_mixup()->set_alpha(0.4);
  training.mutable_ema()->set_decay(0.9);
  v1::OneCycleScheduleSpec& one_cycle = *training.mutable_lr_schedule()->mutable_one_cycle();
  one_cycle.set_warmup(0.3);
  one_cycle.set_div(25);
  one_cycle.set_final_div(1e4);
  training.set_checkpoint("best");
  training.set_checkpoint_metric("val_macro_f1");
  v1::EarlyStoppingSpec& stopping = *training.mutable_early_stopping();
  stopping.set_metric("val_loss");
  stopping.set_patience(2);
  stopping.set_min_delta(1000);
}

StepAction ScriptedObserver::NextAction(const v1::Progress& progress) {
  return next_action ? next_action(progress.epoch() * progress.steps() + progress.step())
                     : StepAction::kContinue;
}

absl::Status ScriptedObserver::KeepGoing() {
  ++pieces;
  return ShouldAbandon() ? absl::CancelledError("abandoned") : absl::OkStatus();
}

absl::Status ScriptedObserver::OnEpoch(const v1::EpochMetrics& metrics) {
  epochs.push_back(metrics);
  return epoch_answer;
}

absl::Status ScriptedObserver::OnCheckpoint(const v1::Checkpoint& checkpoint) {
  checkpoints.push_back(checkpoint);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Checkpoint>> ScriptedObserver::OnDamagedCheckpoint(
    const v1::Checkpoint& checkpoint, const std::string& message) {
  damaged.push_back({checkpoint, message});
  if (earlier.empty()) return std::nullopt;
  const v1::Checkpoint next = earlier.back();
  earlier.pop_back();
  return next;
}

void RunGroup(int size, const std::function<void(Group&)>& body) {
  auto gradients = MakeLocalCommunicators(size, kTimeoutMs);
  auto statistics = MakeLocalCommunicators(size, kTimeoutMs);
  auto control = MakeLocalCommunicators(size, kTimeoutMs);
  std::vector<std::thread> ranks;
  for (int rank = 0; rank < size; ++rank) {
    ranks.emplace_back([&, rank] {
      Group group;
      group.rank = rank;
      group.size = size;
      if (size > 1) {
        group.gradients = std::move(gradients[rank]);
        group.statistics = std::move(statistics[rank]);
        group.control = std::move(control[rank]);
      }
      body(group);
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

absl::StatusOr<v1::TrainFoldResult> TrainInGroup(const FoldJob& job, int size, Store& store,
                                                 ScriptedObserver& observer) {
  std::vector<absl::StatusOr<v1::TrainFoldResult>> results(size);
  RunGroup(size, [&](Group& group) {
    ScriptedObserver unasked;
    results[group.rank] = TrainFold(job, group, store, group.rank == 0 ? observer : unasked);
    EXPECT_TRUE(group.rank == 0 || (unasked.epochs.empty() && unasked.checkpoints.empty()));
  });
  for (const auto& result : results) {
    EXPECT_EQ(result.status().code(), results[0].status().code());
  }
  return results[0];
}

FoldParts PartsAfter(const FoldJob& job, Group& group, int steps) {
  FoldParts parts = MakeFoldParts(job, group).value();
  v1::TrainingState state;
  for (int step = 0; step < steps; ++step) {
    state.set_global_step(step);
    state.set_epoch(step / parts.plan->steps_per_epoch());
    state.set_step_in_epoch(step % parts.plan->steps_per_epoch());
    parts.plan->StartEpoch(state.epoch());
    const auto outcome = TakeStep(parts, job.task.config().training(), state, group, nullptr);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
  }
  return parts;
}

Outcome OutcomeOf(const v1::TrainFoldResult& result, const Store& store) {
  Outcome outcome;
  outcome.weights = store.Read(result.checkpoint().weights()).value();
  outcome.oof = store.Read(result.oof()).value();
  const std::string csv = store.Read(result.epochs()).value();
  for (const absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    std::vector<absl::string_view> cells = absl::StrSplit(line, ',');
    cells.resize(cells.size() - 2);
    outcome.epochs += absl::StrJoin(cells, ",") + "\n";
  }
  outcome.classes = store.Read(result.classes()).value();
  outcome.validation_results = store.Read(result.validation_results()).value();
  v1::EpochMetrics metrics = result.metrics();
  metrics.clear_seconds();
  metrics.clear_rows_per_second();
  outcome.metrics = metrics.SerializeAsString();
  return outcome;
}

std::vector<float> OofOf(const v1::TrainFoldResult& result, const Store& store) {
  return DecodeNpy<float>(store.Read(result.oof()).value()).value().data;
}

}  // namespace pleat
