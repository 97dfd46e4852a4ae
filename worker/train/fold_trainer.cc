#include "worker/train/fold_trainer.h"

#include <torch/types.h>

#include <cmath>
#include <functional>
#include <new>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/store/npy.h"
#include "worker/distributed/group_status.h"
#include "worker/model/step_abandonment.h"
#include "worker/train/checkpointer.h"
#include "worker/train/fold_parts.h"
#include "worker/train/group_agreement.h"
#include "worker/train/threads.h"
#include "worker/train/training_state.h"
#include "worker/train/training_step.h"

namespace pleat {
namespace {

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
        checkpointer_(store, job.folder) {
    // Ranks of a larger group must stay in step: they leave only when all do.
    if (group.size == 1) should_abandon_ = [this] { return observer_.ShouldAbandon(); };
    state_.set_format_version(kTrainingStateVersion);
  }

  absl::StatusOr<v1::TrainFoldResult> Run() {
    if (job_.task.has_resume_from()) PLEAT_RETURN_IF_ERROR(Resume(job_.task.resume_from()));
    while (state_.epoch() < training_.epochs()) {
      StartEpoch();
      while (state_.step_in_epoch() < steps_per_epoch()) {
        PLEAT_RETURN_IF_ERROR(FollowOrders());
        PLEAT_RETURN_IF_ERROR(TrainStep());
      }
      PLEAT_RETURN_IF_ERROR(FinishEpoch());
    }
    return Finish();
  }

 private:
  // Sets out from a checkpoint, on every rank.
  absl::Status Resume(const v1::Checkpoint& checkpoint);
  void StartEpoch();
  // Asks what to do next, and does it; an error ends the training.
  absl::Status FollowOrders();
  // One optimizer step on the next global batch. Nothing changes if it is abandoned.
  absl::Status TrainStep();
  absl::Status FinishEpoch();
  // Logits of the validation rows; nothing if they were abandoned, and nothing has changed.
  absl::StatusOr<std::optional<std::vector<float>>> Validate();
  // Saves the state, unless it is saved already.
  absl::Status SaveCheckpoint();
  absl::StatusOr<v1::TrainFoldResult> Finish();
  // Out-of-fold logits of the weights that count, if a resume has not seen them computed.
  absl::Status PredictOutOfFold();
  absl::StatusOr<v1::TrainFoldResult> Publish();

  uint64_t steps_per_epoch() const { return parts_.plan->steps_per_epoch(); }
  Position position() const { return {state_.epoch(), state_.step_in_epoch()}; }
  bool is_rank_zero() const { return group_.rank == 0; }
  bool is_best(int epoch) const {
    return BestEpochCounts(training_) &&
           CountingEpoch(state_, training_, job_.task.metric()) == epoch;
  }
  double EpochSeconds() const {
    return sums_.seconds() + 1e-3 * static_cast<double>(SystemClock().SteadyMs() - epoch_start_ms_);
  }
  absl::Status NotFinite(const char* what) const;

  const FoldJob& job_;
  const v1::TrainingSpec& training_;
  Group& group_;
  Store& store_;
  TrainingObserver& observer_;
  FoldParts parts_;
  Checkpointer checkpointer_;

  std::function<bool()> should_abandon_;  // empty: never
  v1::TrainingState state_;               // without the sums of the running epoch
  v1::EpochSums sums_;                    // this rank's; seconds are those before StartEpoch
  int64_t epoch_start_ms_ = 0;
  bool loss_failed_ = false;
  std::optional<Position> saved_position_;
  v1::Checkpoint saved_;    // rank 0: the newest checkpoint
  std::vector<float> oof_;  // logits of the weights that count so far; empty if not yet known
  const int64_t start_ms_ = SystemClock().SteadyMs();
  uint64_t trained_rows_ = 0;
};

absl::Status FoldTrainer::Resume(const v1::Checkpoint& checkpoint) {
  CheckpointFiles files;
  PLEAT_ASSIGN_OR_RETURN(files.weights, ReadForGroup(group_, store_, checkpoint.weights()));
  PLEAT_ASSIGN_OR_RETURN(files.optimizer, ReadForGroup(group_, store_, checkpoint.optimizer()));
  PLEAT_ASSIGN_OR_RETURN(files.state, ReadForGroup(group_, store_, checkpoint.state()));
  PLEAT_ASSIGN_OR_RETURN(state_,
                         RestoreCheckpoint(files, parts_.model->parameters(), *parts_.optimizer));
  PLEAT_RETURN_IF_ERROR(CheckResumable(state_, training_, steps_per_epoch(), group_.size));
  if (BestEpochCounts(training_) && !state_.has_best() && state_.history_size() > 0) {
    *state_.mutable_best() = checkpoint;
  }
  sums_ = state_.sums(group_.rank);
  state_.clear_sums();
  parts_.schedule->Restore(state_);
  saved_ = checkpoint;
  saved_position_ = position();
  return absl::OkStatus();
}

void FoldTrainer::StartEpoch() {
  parts_.plan->StartEpoch(state_.epoch());
  epoch_start_ms_ = SystemClock().SteadyMs();
}

absl::Status FoldTrainer::FollowOrders() {
  StepDecision mine{.loss_failed = loss_failed_};
  if (is_rank_zero()) {
    v1::Progress progress;
    progress.set_epoch(state_.epoch());
    progress.set_epochs(training_.epochs());
    progress.set_step(state_.step_in_epoch());
    progress.set_steps(steps_per_epoch());
    mine.action = observer_.NextAction(progress);
  }
  PLEAT_ASSIGN_OR_RETURN(const StepDecision decision, AgreeOnStep(group_, mine));
  if (decision.loss_failed) return NotFinite("the training loss");
  switch (decision.action) {
    case StepAction::kContinue:
      return absl::OkStatus();
    case StepAction::kCheckpoint:
      return SaveCheckpoint();
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
                         TakeStep(parts_, training_.loss(), state_, group_, should_abandon_));
  if (!outcome.has_value()) return absl::OkStatus();
  state_.set_step_in_epoch(state_.step_in_epoch() + 1);
  state_.set_global_step(state_.global_step() + 1);
  sums_.set_loss(sums_.loss() + outcome->loss);
  sums_.set_correct(sums_.correct() + outcome->correct);
  sums_.set_rows(sums_.rows() + outcome->rows);
  loss_failed_ = !std::isfinite(outcome->loss);
  trained_rows_ += parts_.plan->batch_size();
  return absl::OkStatus();
}

absl::Status FoldTrainer::FinishEpoch() {
  const double step_seconds = EpochSeconds();
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::EpochSums> sums, GatherSums(group_, sums_));
  v1::EpochSums total;
  for (const v1::EpochSums& of_rank : sums) {
    total.set_loss(total.loss() + of_rank.loss());
    total.set_correct(total.correct() + of_rank.correct());
    total.set_rows(total.rows() + of_rank.rows());
  }
  if (!std::isfinite(total.loss())) return NotFinite("the training loss");

  v1::EpochMetrics metrics;
  const double rows = static_cast<double>(total.rows());
  metrics.set_epoch(state_.epoch() + 1);
  metrics.set_lr(parts_.schedule->LearningRate(static_cast<int64_t>(state_.global_step()) - 1));
  metrics.set_train_loss(total.loss() / rows);
  metrics.set_train_accuracy(static_cast<double>(total.correct()) / rows);
  PLEAT_ASSIGN_OR_RETURN(std::optional<std::vector<float>> logits, Validate());
  if (!logits.has_value()) return FollowOrders();
  PLEAT_RETURN_IF_ERROR(parts_.validator->Score(*logits, metrics));
  if (!std::isfinite(metrics.val_loss())) return NotFinite("the validation loss");
  metrics.set_seconds(EpochSeconds());
  metrics.set_rows_per_second(step_seconds > 0 ? rows / step_seconds : 0);

  parts_.schedule->EndEpoch(metrics);
  *state_.add_history() = metrics;
  state_.set_epoch(state_.epoch() + 1);
  state_.set_step_in_epoch(0);
  sums_.Clear();
  const bool is_new_best = is_best(state_.history_size() - 1);
  if (is_new_best || !BestEpochCounts(training_)) oof_ = *std::move(logits);

  PLEAT_RETURN_IF_ERROR(
      StatusOfRankZero(group_, is_rank_zero() ? observer_.OnEpoch(metrics) : absl::OkStatus()));
  // A new best is saved at once: nothing else keeps its weights.
  const bool is_due = state_.epoch() % training_.checkpoint_epochs() == 0;
  if (is_due || is_new_best || state_.epoch() == training_.epochs()) return SaveCheckpoint();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::vector<float>>> FoldTrainer::Validate() try {
  return parts_.validator->Logits(*parts_.model, should_abandon_ ? &should_abandon_ : nullptr);
} catch (const StepAbandoned&) {
  return std::nullopt;
}

absl::Status FoldTrainer::SaveCheckpoint() {
  if (saved_position_ == position()) return absl::OkStatus();
  v1::EpochSums mine = sums_;
  if (state_.step_in_epoch() > 0) mine.set_seconds(EpochSeconds());
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::EpochSums> sums, GatherSums(group_, mine));
  const bool is_new_best = state_.step_in_epoch() == 0 && state_.history_size() > 0 &&
                           is_best(state_.history_size() - 1);
  const auto save = [&]() -> absl::Status {
    v1::TrainingState saved = state_;
    saved.mutable_sums()->Add(sums.begin(), sums.end());
    parts_.schedule->Save(saved);
    if (is_new_best) saved.clear_best();
    PLEAT_ASSIGN_OR_RETURN(
        saved_, checkpointer_.Write(saved, parts_.model->parameters(), *parts_.optimizer));
    if (is_new_best) *state_.mutable_best() = saved_;
    PLEAT_RETURN_IF_ERROR(observer_.OnCheckpoint(saved_));
    checkpointer_.RemoveSuperseded(state_.best());
    return absl::OkStatus();
  };
  PLEAT_RETURN_IF_ERROR(StatusOfRankZero(group_, is_rank_zero() ? save() : absl::OkStatus()));
  saved_position_ = position();
  return absl::OkStatus();
}

absl::StatusOr<v1::TrainFoldResult> FoldTrainer::Finish() {
  if (oof_.empty()) PLEAT_RETURN_IF_ERROR(PredictOutOfFold());
  absl::StatusOr<v1::TrainFoldResult> result = v1::TrainFoldResult();
  if (is_rank_zero()) result = Publish();
  PLEAT_RETURN_IF_ERROR(StatusOfRankZero(group_, result.status()));
  return result;
}

absl::Status FoldTrainer::PredictOutOfFold() {
  if (BestEpochCounts(training_)) {
    PLEAT_ASSIGN_OR_RETURN(const std::string weights,
                           ReadForGroup(group_, store_, state_.best().weights()));
    PLEAT_RETURN_IF_ERROR(parts_.model->parameters().FromSafetensors(weights));
  }
  PLEAT_ASSIGN_OR_RETURN(oof_, parts_.validator->Logits(*parts_.model, nullptr));
  return absl::OkStatus();
}

absl::StatusOr<v1::TrainFoldResult> FoldTrainer::Publish() {
  v1::TrainFoldResult result;
  const uint64_t shape[] = {static_cast<uint64_t>(parts_.validator->rows()), job_.classes};
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_oof(), store_.Write(absl::StrCat(job_.folder, "/oof.npy"),
                                                             EncodeNpy<float>(shape, oof_)));
  PLEAT_ASSIGN_OR_RETURN(*result.mutable_epochs(),
                         store_.Write(absl::StrCat(job_.folder, "/epochs.csv"), EpochsCsv(state_)));
  *result.mutable_checkpoint() = BestEpochCounts(training_) ? state_.best() : saved_;
  *result.mutable_metrics() = state_.history(CountingEpoch(state_, training_, job_.task.metric()));
  result.set_trained_rows(trained_rows_);
  result.set_seconds(1e-3 * static_cast<double>(SystemClock().SteadyMs() - start_ms_));
  return result;
}

absl::Status FoldTrainer::NotFinite(const char* what) const {
  // The step in question is the last one that was finished.
  const int64_t step = static_cast<int64_t>(state_.global_step()) - 1;
  return absl::OutOfRangeError(
      absl::StrCat(what, " became NaN or infinite in epoch ", state_.epoch() + 1, ", step ",
                   state_.step_in_epoch(), " (learning rate ", parts_.schedule->LearningRate(step),
                   "): lower the learning rate, or look for inputs that do not fit data.scale"));
}

absl::Status FromTorch(const c10::Error& error, const Group& group) {
  const std::string what = error.what_without_backtrace();
  if (absl::StrContains(what, "allocate memory") || absl::StrContains(what, "out of memory")) {
    return absl::ResourceExhaustedError(absl::StrCat("out of memory while training: ", what));
  }
  // Inside a group, what fails in forward or backward are the collectives.
  if (group.size > 1) return absl::AbortedError(what);
  return absl::InternalError(absl::StrCat("training failed: ", what));
}

}  // namespace

absl::StatusOr<v1::TrainFoldResult> TrainFold(const FoldJob& job, Group& group, Store& store,
                                              TrainingObserver& observer) {
  try {
    SetThreads(job.task.threads());
    PLEAT_ASSIGN_OR_RETURN(FoldParts parts, MakeFoldParts(job, group));
    return FoldTrainer(job, group, store, observer, std::move(parts)).Run();
  } catch (const c10::Error& error) {
    LeaveGroup(group);
    return FromTorch(error, group);
  } catch (const std::bad_alloc&) {
    LeaveGroup(group);
    return absl::ResourceExhaustedError("out of memory while training");
  }
}

}  // namespace pleat
