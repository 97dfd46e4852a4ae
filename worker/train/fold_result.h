// What a trained fold leaves behind.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "common/store/store.h"
#include "proto/artifact.pb.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Logits of the validation rows by the weights that count, float32 [rows, classes] on every rank.
// With `checkpoint: best` those are `best_weights`, which are put into the model. Every rank calls
// it; see Validator::Logits for `keep_going`.
absl::StatusOr<std::vector<float>> PredictOutOfFold(const FoldJob& job,
                                                    const std::string& best_weights,
                                                    FoldParts& parts, const KeepGoing& keep_going);

// Writes oof.npy, epochs.csv, classes.csv and ValidationResults<fold>.csv into the job's folder and
// names them with the epoch and the checkpoint that count: `last`, or the state's best. `oof` are
// the logits of the validation rows, `labels` theirs. On rank 0. Rows and seconds are left to the
// caller.
absl::StatusOr<v1::TrainFoldResult> PublishFold(const FoldJob& job, const v1::TrainingState& state,
                                                const v1::Checkpoint& last,
                                                std::span<const float> oof,
                                                std::span<const int64_t> labels, Store& store);

}  // namespace pleat
