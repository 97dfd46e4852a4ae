// Where a fold's training begins: a checkpoint, earlier weights, or random ones.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Of one rank.
struct FoldStart {
  FoldParts parts;
  v1::TrainingState state;  // of a checkpoint, with the sums of all ranks
  std::optional<v1::Checkpoint> checkpoint;
  // With `checkpoint: best`: the weights.safetensors of the best epoch so far; empty if there is
  // none.
  std::string best_weights;
};

// Goes back from `job`'s checkpoint, with the observer's help, to the newest one whose files are
// all there and whole, the best epoch's weights among them; to the beginning if there is none.
// Every rank calls it; rank 0 alone reads the store. UNIMPLEMENTED if a checkpoint is of another
// version; the other errors are those of TrainFold.
absl::StatusOr<FoldStart> StartFold(const FoldJob& job, Group& group, const Store& store,
                                    TrainingObserver& observer);

}  // namespace pleat
