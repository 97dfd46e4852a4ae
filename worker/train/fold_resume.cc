#include "worker/train/fold_resume.h"

#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "worker/train/checkpointer.h"
#include "worker/train/group_agreement.h"
#include "worker/train/training_state.h"

namespace pleat {

absl::StatusOr<v1::TrainingState> ResumeFold(const v1::Checkpoint& checkpoint,
                                             const v1::TrainingSpec& training, Group& group,
                                             const Store& store, FoldParts& parts) {
  CheckpointFiles files;
  PLEAT_ASSIGN_OR_RETURN(files.weights, ReadCheckpointFile(group, store, checkpoint.weights()));
  PLEAT_ASSIGN_OR_RETURN(files.optimizer, ReadCheckpointFile(group, store, checkpoint.optimizer()));
  PLEAT_ASSIGN_OR_RETURN(files.state, ReadCheckpointFile(group, store, checkpoint.state()));
  PLEAT_ASSIGN_OR_RETURN(v1::TrainingState state, RestoreCheckpoint(files, TrainedStateOf(parts)));
  PLEAT_RETURN_IF_ERROR(CheckResumable(state, training, parts.plan->steps_per_epoch(), group.size));
  if (BestEpochCounts(training) && !state.has_best() && state.history_size() > 0) {
    *state.mutable_best() = checkpoint;
  }
  parts.schedule->Restore(state);
  return state;
}

}  // namespace pleat
