// Beginning with the weights of an earlier sweep instead of random ones.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/task.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/model/flat_parameters.h"
#include "worker/train/fold_parts.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Copies those tensors of a weights file whose name and shape are those of a parameter or
// statistic, and says what became of each. The precision may differ. INVALID_ARGUMENT, and nothing
// copied: no tensor fits, or, if `all_must_fit`, one is missing, has another shape, or is not in
// the model. DATA_LOSS: `bytes` are no weights file.
absl::StatusOr<v1::WeightTransfer> TakeWeights(std::string_view bytes, bool all_must_fit,
                                               FlatParameters& parameters);

// Puts the task's start weights into `parts`, on every rank, and logs what was taken. Every rank
// calls it; rank 0 alone reads the store. Errors name the weights' origin: INVALID_ARGUMENT if they
// do not fit or are damaged, which no other attempt changes; else the store's.
absl::StatusOr<v1::WeightTransfer> BeginWithWeights(const FoldJob& job, Group& group,
                                                    const Store& store, FoldParts& parts);

}  // namespace pleat
