#include "worker/train/fold_trainer.h"

#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/keep_going.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"
#include "worker/distributed/group_status.h"
#include "worker/model/torch_status.h"
#include "worker/train/checkpointer.h"
#include "worker/train/early_stopping.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_result.h"
#include "worker/train/fold_resume.h"
#include "worker/train/group_agreement.h"
#include "worker/train/start_weights.h"
#include "worker/train/step_losses.h"
#include "worker/train/threads.h"
#include "worker/train/training_state.h"
#include "worker/train/training_step.h"

namespace pleat {
namespace {

v1::EpochSums EmptyEpochSums(int64_t classes) {
  v1::EpochSums sums;
  *sums.mutable_classified() = EmptySums(classes);
  return sums;
}

// Epochs finished, and steps finished in the running one. After the last step and before the
// validation the same global step has another state than after it.
using Position = std::pair<uint32_t, uint64_t>;

class FoldTrainer {
 public:
  FoldTrainer(const FoldJob& job, Group& group, Store& store, TrainingObserver& observer,
              FoldParts parts)
      : job_(job),
        training_(job.task.config().training()),
        group_(group),
        store_(store),
        observer_(observer),
        parts_(std::move(parts)),
        checkpointer_(store, job.folder),
        keep_going_([this] { return observer_.KeepGoing(); }),
        should_abandon_([this] { return observer_.ShouldAbandon(); }) {
    state_.set_format_version(kTrainingStateVersion);
    sums_ = EmptyEpochSums(job.classes);
  }

  absl::StatusOr<v1::TrainFoldResult> Run() {
    PLEAT_RETURN_IF_ERROR(SetOut());
    while (!IsOver()) {
      StartEpoch();
      while (state_.step_in_epoch() < steps_per_epoch()) {
        PLEAT_RETURN_IF_ERROR(FollowOrders());
        PLEAT_RETURN_IF_ERROR(TrainStep());
      }
      PLEAT_RETURN_IF_ERROR(FinishEpoch());
    }
    if (state_.epoch() < epochs() && is_rank_zero()) {
      Log(LogLevel::kInfo, "ends early", {{"epoch", state_.epoch()}, {"of", epochs()}});
    }
    return Finish();
  }

 private:
  // From a checkpoint, from earlier weights or from random ones; on every rank.
  absl::Status SetOut();
  absl::Status Resume(const v1::Checkpoint& checkpoint);
  void StartEpoch();
  // Asks what to do next, and does it; an error ends the training.
  absl::Status FollowOrders();
  // One optimizer step on the next global batch. Nothing changes if it is abandoned.
  absl::Status TrainStep();
  absl::Status FinishEpoch();
  // Saves the state, unless it is saved already.
  absl::Status SaveCheckpoint();
  // Rank 0's part of it; `sums` are all ranks'.
  absl::Status WriteCheckpoint(const std::vector<v1::EpochSums>& sums);
  absl::StatusOr<v1::TrainFoldResult> Finish();

  uint32_t epochs() const { return EpochCount(training_); }
  // After the last epoch, or one that ends it early. The same on every rank, since the metrics are.
  bool IsOver() const {
    return state_.epoch() >= epochs() || (training_.has_early_stopping() &&
                                          StopsEarly(training_.early_stopping(), state_.history()));
  }
  uint64_t steps_per_epoch() const { return parts_.plan->steps_per_epoch(); }
  Position position() const { return {state_.epoch(), state_.step_in_epoch()}; }
  bool is_rank_zero() const { return group_.rank == 0; }
  bool is_best(int epoch) const {
    return BestEpochCounts(training_) &&
           CountingEpoch(state_, training_, CheckpointMetric(training_, job_.task.metric())) ==
               epoch;
  }
  double EpochSeconds() const {
    return sums_.seconds() + 1e-3 * static_cast<double>(SystemClock().SteadyMs() - epoch_start_ms_);
  }
  // The error when a number is not finite. Every rank calls it.
  absl::Status NotFinite(const char* what);

  const FoldJob& job_;
  const v1::TrainingSpec& training_;
  Group& group_;
  Store& store_;
  TrainingObserver& observer_;
  FoldParts parts_;
  Checkpointer checkpointer_;

  const KeepGoing keep_going_;  // asked on rank 0
  const std::function<bool()> should_abandon_;
  v1::TrainingState state_;  // without the sums of the running epoch
  v1::EpochSums sums_;       // this rank's; seconds are those before StartEpoch
  int64_t epoch_start_ms_ = 0;
  StepLosses losses_;  // of this attempt
  std::optional<Position> saved_position_;
  v1::Checkpoint saved_;    // rank 0: the newest checkpoint
  std::vector<float> oof_;  // logits of the weights that count so far; empty if not yet known
  const int64_t start_ms_ = SystemClock().SteadyMs();
  uint64_t trained_rows_ = 0;
};

absl::Status FoldTrainer::SetOut() {
  if (job_.task.has_resume_from()) return Resume(job_.task.resume_from());
  if (!job_.task.has_start_weights()) return absl::OkStatus();
  PLEAT_ASSIGN_OR_RETURN(*state_.mutable_transfer(),
                         BeginWithWeights(job_, group_, store_, parts_));
  return absl::OkStatus();
}

absl::Status FoldTrainer::Resume(const v1::Checkpoint& checkpoint) {
  PLEAT_ASSIGN_OR_RETURN(state_, ResumeFold(checkpoint, training_, group_, store_, parts_));
  sums_ = state_.sums(group_.rank);
  state_.clear_sums();
  saved_ = checkpoint;
  saved_position_ = position();
  return absl::OkStatus();
}

void FoldTrainer::StartEpoch() {
  parts_.plan->StartEpoch(state_.epoch());
  epoch_start_ms_ = SystemClock().SteadyMs();
}

absl::Status FoldTrainer::FollowOrders() {
  StepDecision mine{.loss_failed = losses_.failed()};
  if (is_rank_zero()) {
    v1::Progress progress;
    progress.set_epoch(state_.epoch());
    progress.set_epochs(epochs());
    progress.set_step(state_.step_in_epoch());
    progress.set_steps(steps_per_epoch());
    mine.action = observer_.NextAction(progress);
  }
  PLEAT_ASSIGN_OR_RETURN(const StepDecision decision, AgreeOnStep(group_, mine));
  if (decision.loss_failed) return NotFinite("the training loss");
  switch (decision.action) {
    case StepAction::kContinue:
      return absl::OkStatus();
    case StepAction::kCheckpointAndStop:
      PLEAT_RETURN_IF_ERROR(SaveCheckpoint());
      return absl::CancelledError(
          absl::StrCat("stopped after saving a checkpoint at step ", state_.global_step()));
    case StepAction::kStop:
      break;
  }
  return absl::CancelledError(absl::StrCat("stopped at step ", state_.global_step()));
}

absl::Status FoldTrainer::TrainStep() {
  PLEAT_ASSIGN_OR_RETURN(const std::optional<StepOutcome> outcome,
                         TakeStep(parts_, training_, state_, group_, should_abandon_));
  if (!outcome.has_value()) return absl::OkStatus();
  state_.set_step_in_epoch(state_.step_in_epoch() + 1);
  state_.set_global_step(state_.global_step() + 1);
  sums_.set_loss(sums_.loss() + outcome->loss);
  AddRows(SoftmaxRows(outcome->logits, job_.classes), outcome->labels, *sums_.mutable_classified());
  losses_.Add(outcome->loss / static_cast<double>(parts_.plan->batch_size()));
  trained_rows_ += parts_.plan->batch_size();
  return absl::OkStatus();
}

absl::Status FoldTrainer::FinishEpoch() {
  const double step_seconds = EpochSeconds();
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::EpochSums> sums, GatherSums(group_, sums_));
  const v1::EpochSums total = TotalOf(sums);
  if (!std::isfinite(total.loss())) return NotFinite("the training loss");

  v1::EpochMetrics metrics;
  const double rows = static_cast<double>(RowsOf(total.classified()));
  metrics.set_epoch(state_.epoch() + 1);
  // An epoch without steps (train: false) says nothing of training.
  if (rows > 0) {
    metrics.set_lr(parts_.schedule->LearningRate(static_cast<int64_t>(state_.global_step()) - 1));
    metrics.set_train_loss(total.loss() / rows);
    metrics.set_train_accuracy(AccuracyOf(total.classified()));
    *metrics.mutable_train() = ClassMetricsOf(total.classified());
  }
  absl::StatusOr<std::vector<float>> logits = WithCountingWeights(
      parts_, [&] { return parts_.validator->Logits(*parts_.model, keep_going_); });
  // Dropped, on every rank: nothing has changed.
  if (absl::IsCancelled(logits.status())) return FollowOrders();
  PLEAT_RETURN_IF_ERROR(logits.status());
  v1::EpochClasses classes;
  *classes.mutable_train() = total.classified().classes();
  PLEAT_ASSIGN_OR_RETURN(*classes.mutable_validation(), parts_.validator->Score(*logits, metrics));
  if (!std::isfinite(metrics.val_loss())) return NotFinite("the validation loss");
  metrics.set_seconds(EpochSeconds());
  metrics.set_rows_per_second(step_seconds > 0 ? rows / step_seconds : 0);

  parts_.schedule->EndEpoch(metrics);
  *state_.add_history() = metrics;
  *state_.add_classes() = classes;
  state_.set_epoch(state_.epoch() + 1);
  state_.set_step_in_epoch(0);
  sums_ = EmptyEpochSums(job_.classes);
  const bool is_new_best = is_best(state_.history_size() - 1);
  if (is_new_best || !BestEpochCounts(training_)) oof_ = *std::move(logits);

  PLEAT_RETURN_IF_ERROR(RunOnRankZero(group_, [&] { return observer_.OnEpoch(metrics); }));
  // A new best is saved at once: nothing else keeps its weights.
  const bool is_due = state_.epoch() % training_.checkpoint_epochs() == 0;
  if (is_due || is_new_best || IsOver()) return SaveCheckpoint();
  return absl::OkStatus();
}

absl::Status FoldTrainer::SaveCheckpoint() {
  if (saved_position_ == position()) return absl::OkStatus();
  // A finite loss says nothing of the weights after its step.
  PLEAT_ASSIGN_OR_RETURN(const bool failed, AnyRank(group_, !IsFinite(TrainedStateOf(parts_))));
  if (failed) return NotFinite("a weight or a number of the optimizer");
  v1::EpochSums mine = sums_;
  if (state_.step_in_epoch() > 0) mine.set_seconds(EpochSeconds());
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::EpochSums> sums, GatherSums(group_, mine));
  const absl::Status written = is_rank_zero() ? WriteCheckpoint(sums) : absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(RunOnRankZero(
      group_, [&] { return written.ok() ? observer_.OnCheckpoint(saved_) : written; }));
  if (is_rank_zero()) checkpointer_.RemoveSuperseded(state_.best());
  saved_position_ = position();
  return absl::OkStatus();
}

absl::Status FoldTrainer::WriteCheckpoint(const std::vector<v1::EpochSums>& sums) {
  const bool is_new_best = state_.step_in_epoch() == 0 && state_.history_size() > 0 &&
                           is_best(state_.history_size() - 1);
  v1::TrainingState saved = state_;
  saved.mutable_sums()->Add(sums.begin(), sums.end());
  parts_.schedule->Save(saved);
  if (is_new_best) saved.clear_best();
  PLEAT_ASSIGN_OR_RETURN(saved_, checkpointer_.Write(saved, TrainedStateOf(parts_)));
  if (is_new_best) *state_.mutable_best() = saved_;
  return absl::OkStatus();
}

absl::StatusOr<v1::TrainFoldResult> FoldTrainer::Finish() {
  if (oof_.empty()) {
    PLEAT_ASSIGN_OR_RETURN(oof_,
                           PredictOutOfFold(job_, state_, group_, store_, parts_, keep_going_));
  }
  absl::StatusOr<v1::TrainFoldResult> result = v1::TrainFoldResult();
  if (is_rank_zero()) {
    result = PublishFold(job_, state_, saved_, oof_, parts_.validator->labels(), store_);
  }
  PLEAT_RETURN_IF_ERROR(StatusOfRankZero(group_, result.status()));
  result->set_trained_rows(trained_rows_);
  result->set_seconds(1e-3 * static_cast<double>(SystemClock().SteadyMs() - start_ms_));
  return result;
}

absl::Status FoldTrainer::NotFinite(const char* what) {
  if (state_.global_step() == 0) {
    return absl::OutOfRangeError(
        absl::StrCat(what,
                     " is NaN or infinite before the first step: look for inputs that do not fit "
                     "data.scale, or begin with other weights"));
  }
  PLEAT_ASSIGN_OR_RETURN(const std::string last_loss, losses_.LastFinite(group_, state_));
  // The step in question is the last one that was finished.
  const uint64_t step = state_.global_step() - 1;
  return absl::OutOfRangeError(
      absl::StrCat(what, " became NaN or infinite in epoch ", step / steps_per_epoch() + 1,
                   ", step ", step % steps_per_epoch() + 1, " (learning rate ",
                   parts_.schedule->LearningRate(static_cast<int64_t>(step)), "; ", last_loss,
                   "): lower the learning rate, or look for inputs that do not fit data.scale"));
}

}  // namespace

absl::StatusOr<v1::TrainFoldResult> TrainFold(const FoldJob& job, Group& group, Store& store,
                                              TrainingObserver& observer) {
  SetThreads(job.task.threads());
  absl::StatusOr<FoldParts> parts = MakeFoldParts(job, group);
  PLEAT_RETURN_IF_ERROR(AgreeOnStatus(group, parts.status()));
  try {
    return FoldTrainer(job, group, store, observer, *std::move(parts)).Run();
  } catch (...) {
    return LeaveGroup(group, TorchStatus("training"));
  }
}

}  // namespace pleat
