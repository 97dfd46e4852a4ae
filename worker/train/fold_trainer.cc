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
#include "worker/train/checkpoint_schedule.h"
#include "worker/train/checkpointer.h"
#include "worker/train/early_stopping.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_result.h"
#include "worker/train/fold_start.h"
#include "worker/train/group_agreement.h"
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
              FoldStart start)
      : job_(job),
        training_(job.task.config().training()),
        group_(group),
        store_(store),
        observer_(observer),
        parts_(std::move(start.parts)),
        checkpointer_(
            store, job.folder,
            [this](const v1::Checkpoint& saved) { return observer_.OnCheckpoint(saved); }),
        checkpoint_schedule_(training_),
        keep_going_([this] { return observer_.KeepGoing(); }),
        should_abandon_([this] { return observer_.ShouldAbandon(); }),
        state_(std::move(start.state)),
        best_weights_(std::move(start.best_weights)) {
    sums_ = EmptyEpochSums(job.classes);
    if (start.checkpoint.has_value()) {
      sums_ = state_.sums(group_.rank);
      state_.clear_sums();
      saved_ = *std::move(start.checkpoint);
      saved_position_ = position();
    }
    checkpoint_schedule_.Saved(now());
  }

  absl::StatusOr<v1::TrainFoldResult> Run() {
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
  void StartEpoch();
  // Asks what to do next, and does it; an error ends the training.
  absl::Status FollowOrders();
  // One optimizer step on the next global batch. Nothing changes if it is abandoned.
  absl::Status TrainStep();
  absl::Status FinishEpoch();
  // Begins to save the state, unless it is saved already; what was under way is finished first.
  absl::Status StartSave();
  // Waits until the save under way, if any, is done.
  absl::Status FinishSave();
  absl::Status SaveAndWait();
  // Rank 0's parts of them; `sums` are all ranks'.
  void CopyState(const std::vector<v1::EpochSums>& sums);
  absl::Status Settle();
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
  CheckpointSchedule::Point now() const {
    return {state_.epoch(), state_.global_step(), SystemClock().SteadyMs()};
  }
  // On rank 0. After an epoch's last step its end must come first: it has the same global step.
  bool SaveIsDue() const {
    return !checkpointer_.is_busy() && state_.step_in_epoch() < steps_per_epoch() &&
           saved_position_ != position() && checkpoint_schedule_.IsDue(now());
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
  Checkpointer checkpointer_;  // rank 0's is used
  CheckpointSchedule checkpoint_schedule_;

  const KeepGoing keep_going_;  // asked on rank 0
  const std::function<bool()> should_abandon_;
  v1::TrainingState state_;  // without the sums of the running epoch
  v1::EpochSums sums_;       // this rank's; seconds are those before StartEpoch
  int64_t epoch_start_ms_ = 0;
  StepLosses losses_;                       // of this attempt
  const std::string best_weights_;          // of the best epoch before this attempt
  std::optional<Position> saved_position_;  // or on its way
  bool saves_best_ = false;                 // what is under way is of a new best epoch
  v1::Checkpoint saved_;                    // rank 0: the newest checkpoint that is durable
  std::vector<float> oof_;  // logits of the weights that count so far; empty if not yet known
  const int64_t start_ms_ = SystemClock().SteadyMs();
  uint64_t trained_rows_ = 0;
};

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
    mine.save = SaveIsDue();
    mine.save_is_done = checkpointer_.is_under_way() && !checkpointer_.is_busy();
  }
  PLEAT_ASSIGN_OR_RETURN(const StepDecision decision, AgreeOnStep(group_, mine));
  if (decision.loss_failed) return NotFinite("the training loss");
  if (decision.save_is_done) PLEAT_RETURN_IF_ERROR(FinishSave());
  switch (decision.action) {
    case StepAction::kContinue:
      return decision.save ? StartSave() : absl::OkStatus();
    case StepAction::kAwaitCheckpoint:
      return FinishSave();
    case StepAction::kCheckpointAndStop:
      PLEAT_RETURN_IF_ERROR(SaveAndWait());
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
  if (IsOver()) return SaveAndWait();
  // A new best is saved at once: nothing else keeps its weights.
  return is_new_best ? StartSave() : absl::OkStatus();
}

absl::Status FoldTrainer::StartSave() {
  if (saved_position_ == position()) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(FinishSave());
  // A finite loss says nothing of the weights after its step.
  PLEAT_ASSIGN_OR_RETURN(const bool failed, AnyRank(group_, !IsFinite(TrainedStateOf(parts_))));
  if (failed) return NotFinite("a weight or a number of the optimizer");
  v1::EpochSums mine = sums_;
  if (state_.step_in_epoch() > 0) mine.set_seconds(EpochSeconds());
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::EpochSums> sums, GatherSums(group_, mine));
  if (is_rank_zero()) CopyState(sums);
  saved_position_ = position();
  checkpoint_schedule_.Saved(now());
  return absl::OkStatus();
}

absl::Status FoldTrainer::FinishSave() {
  return RunOnRankZero(group_, [this] { return Settle(); });
}

absl::Status FoldTrainer::SaveAndWait() {
  PLEAT_RETURN_IF_ERROR(StartSave());
  return FinishSave();
}

void FoldTrainer::CopyState(const std::vector<v1::EpochSums>& sums) {
  saves_best_ = state_.step_in_epoch() == 0 && state_.history_size() > 0 &&
                is_best(state_.history_size() - 1);
  v1::TrainingState saved = state_;
  saved.mutable_sums()->Add(sums.begin(), sums.end());
  parts_.schedule->Save(saved);
  if (saves_best_) saved.clear_best();
  checkpointer_.Start(std::move(saved), TrainedStateOf(parts_));
}

absl::Status FoldTrainer::Settle() {
  if (!checkpointer_.is_under_way()) return absl::OkStatus();
  PLEAT_ASSIGN_OR_RETURN(saved_, checkpointer_.Finish());
  if (saves_best_) *state_.mutable_best() = saved_;
  return absl::OkStatus();
}

absl::StatusOr<v1::TrainFoldResult> FoldTrainer::Finish() {
  if (oof_.empty()) {
    PLEAT_ASSIGN_OR_RETURN(oof_, PredictOutOfFold(job_, best_weights_, parts_, keep_going_));
  }
  v1::TrainFoldResult result;
  PLEAT_RETURN_IF_ERROR(RunOnRankZero(group_, [&]() -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(
        result, PublishFold(job_, state_, saved_, oof_, parts_.validator->labels(), store_));
    return absl::OkStatus();
  }));
  result.set_trained_rows(trained_rows_);
  result.set_seconds(1e-3 * static_cast<double>(SystemClock().SteadyMs() - start_ms_));
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
  try {
    PLEAT_ASSIGN_OR_RETURN(FoldStart start, StartFold(job, group, store, observer));
    return FoldTrainer(job, group, store, observer, std::move(start)).Run();
  } catch (...) {
    return LeaveGroup(group, TorchStatus("training"));
  }
}

}  // namespace pleat
