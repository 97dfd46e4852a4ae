// Going on from a checkpoint.
#pragma once

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_parts.h"

namespace pleat {

// Puts `parts` where the checkpoint left them, on every rank, and returns the state, with the sums
// of all ranks. Every rank calls it; rank 0 alone reads the store. DATA_LOSS if the checkpoint is
// missing, damaged or not one of this trial and group; UNIMPLEMENTED if it is of another version.
absl::StatusOr<v1::TrainingState> ResumeFold(const v1::Checkpoint& checkpoint,
                                             const v1::TrainingSpec& training, Group& group,
                                             const Store& store, FoldParts& parts);

}  // namespace pleat
