// Trains one fold of one trial on a group of ranks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/folds/fold_assignment.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "proto/coordinator.pb.h"
#include "proto/task.pb.h"
#include "worker/data/dataset.h"
#include "worker/distributed/communicator.h"
#include "worker/distributed/device.h"

namespace pleat {

// What the group does next; decided once, by rank 0, for all ranks.
enum class StepAction : int64_t {
  kContinue = 0,
  // Save a checkpoint and leave: the group is going away.
  kCheckpointAndStop = 1,
  // Leave at once: the attempt is over.
  kStop = 2,
  // Go on once the checkpoint under way is written: it waits for space.
  kAwaitCheckpoint = 3,
};

// Called on rank 0 only, from the training thread or while it waits, except as said; must not block
// for long, except as said.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  // Before every step.
  virtual StepAction NextAction(const v1::Progress& progress) = 0;
  // True if the step in hand should be abandoned now (checked inside a step too). Asked on every
  // rank; one that says so is enough.
  virtual bool ShouldAbandon() const = 0;
  // After each piece of what is no step, such as validation: the work moves on. CANCELLED: it
  // should be dropped; NextAction then says how to leave.
  virtual absl::Status KeepGoing() = 0;
  // After each epoch; may wait for the coordinator. CANCELLED: stop now.
  virtual absl::Status OnEpoch(const v1::EpochMetrics& metrics) = 0;
  // A checkpoint is safely in the store; may wait for the coordinator. On the thread that wrote it,
  // while the training goes on; an error ends the training.
  virtual absl::Status OnCheckpoint(const v1::Checkpoint& checkpoint) = 0;
  // The checkpoint to go on from is damaged; `message` says how. The one to go on from instead;
  // nothing: the beginning. May wait for the coordinator.
  virtual absl::StatusOr<std::optional<v1::Checkpoint>> OnDamagedCheckpoint(
      const v1::Checkpoint& checkpoint, const std::string& message) = 0;
};

// Everything that training depends on, beside the group.
struct FoldJob {
  v1::TrainFoldTask task;
  const Dataset* dataset = nullptr;  // the training rows; outlives the job
  uint32_t classes = 0;
  double scale = 255;
  FoldAssignment folds;
  std::string folder;    // of this attempt, below the store's root
  ComputeDevice device;  // of this rank; a GPU is the current one
};

// Trains to the end, or until the observer says stop (CANCELLED; after kCheckpointAndStop the
// checkpoint has been passed to OnCheckpoint). Every rank of the group calls it with the same job;
// rank 0 writes to the store and gets the result, others an empty one. INVALID_ARGUMENT: the
// configuration cannot be trained, or the weights that it names to begin with are damaged;
// NOT_FOUND: they are missing; OUT_OF_RANGE: the loss became NaN or infinite; RESOURCE_EXHAUSTED:
// memory or disk; DEADLINE_EXCEEDED,
// ABORTED: another rank is gone. When a rank fails in the middle the group is broken, see
// LeaveGroup, and the error is that rank's.
absl::StatusOr<v1::TrainFoldResult> TrainFold(const FoldJob& job, Group& group, Store& store,
                                              TrainingObserver& observer);

}  // namespace pleat
