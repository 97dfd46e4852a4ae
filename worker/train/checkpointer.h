// Checkpoints in the store.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "proto/training_state.pb.h"
#include "worker/model/flat_parameters.h"
#include "worker/train/optimizer.h"
#include "worker/train/weight_average.h"

namespace pleat {

// What a rank trains, as far as checkpoints keep it.
struct TrainedState {
  FlatParameters& parameters;
  Optimizer& optimizer;
  WeightAverage* average = nullptr;  // null: the trained weights themselves count
};

// False if a weight or a number of the optimizer is NaN or infinite: not to be gone on from.
bool IsFinite(const TrainedState& trained);

// Writes checkpoints below an attempt's folder:
//   checkpoint_<global step>/weights.safetensors    parameters and batch-norm statistics that count
//   checkpoint_<global step>/optimizer.safetensors  see optimizer_file.h
//   checkpoint_<global step>/state.json             v1::TrainingState
// A crash leaves whole files; one that no Checkpoint names is never read. One thread.
class Checkpointer {
 public:
  Checkpointer(Store& store, std::string folder);

  // Writes one; durable when it returns. Errors are the store's.
  absl::StatusOr<v1::Checkpoint> Write(const v1::TrainingState& state, const TrainedState& trained);
  // Removes what Write wrote before the newest one, except `best`. What cannot be removed is
  // logged.
  void RemoveSuperseded(const v1::Checkpoint& best);

 private:
  Store& store_;
  const std::string folder_;
  std::vector<v1::Checkpoint> written_;
};

// The bytes of a checkpoint's files, verified.
struct CheckpointFiles {
  std::string weights;
  std::string optimizer;
  std::string state;
};

// Puts the files' contents into `trained`, and returns the state. DATA_LOSS if they do not fit or
// are not what they should be; UNIMPLEMENTED if they are of another version.
absl::StatusOr<v1::TrainingState> RestoreCheckpoint(const CheckpointFiles& files,
                                                    const TrainedState& trained);

}  // namespace pleat
