// A training small enough to be run many times over.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/store/store.h"
#include "worker/data/dataset.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// `rows` noisy 12x12 images of three classes that can be told apart.
Dataset SmallDataset(int64_t rows);

// Fold 1 of 2 of `dataset`: a narrow SE-CNN with batch norm, dropout and augmentation on, batches
// of 8 rows, 3 epochs. `dataset` outlives the job.
FoldJob SmallJob(const Dataset& dataset, const std::string& folder);

// Switches on what a recipe can have: focal loss with balanced classes, clipping, normalised
// inputs, mixup, a moving average, one cycle of rates, the best epoch by F1, and an early end after
// two epochs without progress, of which min_delta lets none have any after the first.
void UseWholeRecipe(v1::TrainingSpec& training);

// Remembers what it is told, and answers by its script.
class ScriptedObserver final : public TrainingObserver {
 public:
  // By the number of steps finished.
  std::function<StepAction(uint64_t step)> next_action;
  std::function<bool()> should_abandon;
  absl::Status epoch_answer;
  // What to go on from instead of damaged checkpoints, the next one last.
  std::vector<v1::Checkpoint> earlier;

  std::vector<v1::EpochMetrics> epochs;
  std::vector<v1::Checkpoint> checkpoints;  // written beside the training: read them when it ended
  struct Damaged {
    v1::Checkpoint checkpoint;
    std::string what;
  };
  std::vector<Damaged> damaged;
  int pieces = 0;  // of work that is no step

  StepAction NextAction(const v1::Progress& progress) override;
  bool ShouldAbandon() const override { return should_abandon && should_abandon(); }
  absl::Status KeepGoing() override;
  absl::Status OnEpoch(const v1::EpochMetrics& metrics) override;
  absl::Status OnCheckpoint(const v1::Checkpoint& checkpoint) override;
  absl::StatusOr<std::optional<v1::Checkpoint>> OnDamagedCheckpoint(
      const v1::Checkpoint& checkpoint, const std::string& message) override;
};

// Runs `body` once per rank of a group of `size`, each on a thread of its own, over in-process
// channels.
void RunGroup(int size, const std::function<void(Group&)>& body);

// Rank 0's result of a training by `size` ranks, which must all end alike.
absl::StatusOr<v1::TrainFoldResult> TrainInGroup(const FoldJob& job, int size, Store& store,
                                                 ScriptedObserver& observer);

// What a rank of `group` holds after the first `steps` steps of `job`. Both outlive it.
FoldParts PartsAfter(const FoldJob& job, Group& group, int steps);

// The bytes that must not depend on interruptions: weights that count, out-of-fold logits,
// epochs.csv without the columns that hold times, and the files about the classes.
struct Outcome {
  std::string weights;
  std::string oof;
  std::string epochs;
  std::string classes;
  std::string validation_results;
  std::string metrics;
  bool operator==(const Outcome&) const = default;
};
Outcome OutcomeOf(const v1::TrainFoldResult& result, const Store& store);

// Copies the numbers of an oof.npy.
std::vector<float> OofOf(const v1::TrainFoldResult& result, const Store& store);

}  // namespace pleat
