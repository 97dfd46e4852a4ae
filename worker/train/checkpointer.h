// Checkpoints in the store.
#pragma once

#include <functional>
#include <future>
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

// The bytes of a checkpoint's files.
struct CheckpointFiles {
  std::string weights;
  std::string optimizer;
  std::string state;
};

// Writes checkpoints below an attempt's folder, beside the training that goes on:
//   checkpoint_<global step>/weights.safetensors    parameters and batch-norm statistics that count
//   checkpoint_<global step>/optimizer.safetensors  see optimizer_file.h
//   checkpoint_<global step>/state.json             v1::TrainingState
// A crash leaves whole files; one that no Checkpoint names is never read. Of what it wrote the last
// two stay, and the best ones that they name; what else there is goes, as far as it can be removed.
// One thread calls it.
class Checkpointer {
 public:
  // Told of each checkpoint once it is durable, on the thread that writes.
  using Publish = std::function<absl::Status(const v1::Checkpoint&)>;

  Checkpointer(Store& store, std::string folder, Publish publish);
  // Waits for what is under way.
  ~Checkpointer();

  // Copies the state and begins to write it on a thread of its own. None may be under way.
  void Start(v1::TrainingState state, const TrainedState& trained);
  // True from Start to Finish.
  bool is_under_way() const { return under_way_.valid(); }
  // True if Finish would wait.
  bool is_busy() const;
  // Waits for the one under way, which is durable and published then. Errors are the store's and
  // Publish's.
  absl::StatusOr<v1::Checkpoint> Finish();

 private:
  struct Written {
    v1::Checkpoint checkpoint;
    std::string best_folder;  // that its state names; empty: none
  };

  absl::StatusOr<v1::Checkpoint> Write(const v1::TrainingState& state, CheckpointFiles files);
  void RemoveSuperseded();

  Store& store_;
  const std::string folder_;
  const Publish publish_;
  std::vector<Written> written_;  // and still there; the writing thread's while one is under way
  std::future<absl::StatusOr<v1::Checkpoint>> under_way_;
};

// Puts the files' contents into `trained`, and returns the state. DATA_LOSS if they do not fit or
// are not what they should be; UNIMPLEMENTED if they are of another version.
absl::StatusOr<v1::TrainingState> RestoreCheckpoint(const CheckpointFiles& files,
                                                    const TrainedState& trained);

}  // namespace pleat
