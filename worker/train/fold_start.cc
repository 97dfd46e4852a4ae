#include "worker/train/fold_start.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "worker/distributed/group_status.h"
#include "worker/train/checkpointer.h"
#include "worker/train/group_agreement.h"
#include "worker/train/start_weights.h"
#include "worker/train/training_state.h"

namespace pleat {
namespace {

// Parts as before the first step; a checkpoint that proved damaged may have left its traces in
// others.
absl::StatusOr<FoldStart> FreshStart(const FoldJob& job, Group& group) {
  absl::StatusOr<FoldParts> parts = MakeFoldParts(job, group);
  PLEAT_RETURN_IF_ERROR(AgreeOnStatus(group, parts.status()));
  FoldStart start{.parts = *std::move(parts), .state = {}, .checkpoint = {}, .best_weights = ""};
  start.state.set_format_version(kTrainingStateVersion);
  return start;
}

// DATA_LOSS if the checkpoint, or that of the best epoch which it names, is missing, damaged or not
// one of this trial and group.
absl::Status Resume(const v1::Checkpoint& checkpoint, const v1::TrainingSpec& training,
                    Group& group, const Store& store, FoldStart& start) {
  CheckpointFiles files;
  PLEAT_ASSIGN_OR_RETURN(files.weights, ReadCheckpointFile(group, store, checkpoint.weights()));
  PLEAT_ASSIGN_OR_RETURN(files.optimizer, ReadCheckpointFile(group, store, checkpoint.optimizer()));
  PLEAT_ASSIGN_OR_RETURN(files.state, ReadCheckpointFile(group, store, checkpoint.state()));
  PLEAT_ASSIGN_OR_RETURN(start.state, RestoreCheckpoint(files, TrainedStateOf(start.parts)));
  PLEAT_RETURN_IF_ERROR(FailPoint("worker.resume.state_is_read"));
  PLEAT_RETURN_IF_ERROR(
      CheckResumable(start.state, training, start.parts.plan->steps_per_epoch(), group.size));
  if (BestEpochCounts(training) && start.state.has_best()) {
    PLEAT_ASSIGN_OR_RETURN(start.best_weights,
                           ReadCheckpointFile(group, store, start.state.best().weights()));
  } else if (BestEpochCounts(training) && start.state.history_size() > 0) {
    *start.state.mutable_best() = checkpoint;
    start.best_weights = std::move(files.weights);
  }
  start.parts.schedule->Restore(start.state);
  start.checkpoint = checkpoint;
  return absl::OkStatus();
}

// What to go on from instead, on every rank; nothing: the beginning.
absl::StatusOr<std::optional<v1::Checkpoint>> AskForAnother(const v1::Checkpoint& damaged,
                                                            const absl::Status& what, Group& group,
                                                            TrainingObserver& observer) {
  std::optional<v1::Checkpoint> next;
  PLEAT_RETURN_IF_ERROR(RunOnRankZero(group, [&]() -> absl::Status {
    Log(LogLevel::kWarning, "checkpoint is damaged",
        {{"step", damaged.global_step()}, {"error", what.message()}});
    PLEAT_ASSIGN_OR_RETURN(next,
                           observer.OnDamagedCheckpoint(damaged, std::string(what.message())));
    return absl::OkStatus();
  }));
  if (group.size == 1) return next;
  std::string bytes = next.has_value() ? next->SerializeAsString() : "";
  PLEAT_RETURN_IF_ERROR(group.control->BroadcastString(bytes));
  if (bytes.empty()) return std::nullopt;
  next.emplace().ParseFromString(bytes);
  return next;
}

}  // namespace

absl::StatusOr<FoldStart> StartFold(const FoldJob& job, Group& group, const Store& store,
                                    TrainingObserver& observer) {
  std::optional<v1::Checkpoint> checkpoint;
  if (job.task.has_resume_from()) checkpoint = job.task.resume_from();
  while (true) {
    PLEAT_ASSIGN_OR_RETURN(FoldStart start, FreshStart(job, group));
    if (!checkpoint.has_value()) {
      if (job.task.has_start_weights()) {
        PLEAT_ASSIGN_OR_RETURN(*start.state.mutable_transfer(),
                               BeginWithWeights(job, group, store, start.parts));
      }
      return start;
    }
    const absl::Status resumed =
        Resume(*checkpoint, job.task.config().training(), group, store, start);
    if (resumed.ok()) return start;
    if (!absl::IsDataLoss(resumed)) return resumed;
    PLEAT_ASSIGN_OR_RETURN(checkpoint, AskForAnother(*checkpoint, resumed, group, observer));
  }
}

}  // namespace pleat
