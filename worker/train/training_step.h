// One optimizer step of a group.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/training_state.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/train/fold_parts.h"

namespace pleat {

// What this rank saw in a step.
struct StepOutcome {
  double loss = 0;              // sum over its rows
  std::vector<float> logits;    // [rows, classes], before the update
  std::vector<int64_t> labels;  // [rows]; with mixup, those with the larger share
};

// Trains one global batch, that of the position in `state`: forward, backward, sum over the group,
// update. Every rank calls it. Asks `should_abandon`, if given, where work can still be dropped
// (see step_abandonment.h); then nothing has changed and no rank has an outcome. Errors are those
// of the group's channels, which throw c10::Error from inside forward and backward.
absl::StatusOr<std::optional<StepOutcome>> TakeStep(FoldParts& parts,
                                                    const v1::TrainingSpec& training,
                                                    const v1::TrainingState& state, Group& group,
                                                    const std::function<bool()>& should_abandon);

}  // namespace pleat
