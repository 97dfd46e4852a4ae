// Plays a sweep: the coordinator's own decisions, on learning curves that are made up, by groups
// that train in simulated time.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "coordinator/plan/synthetic_objective.h"
#include "proto/plan.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// What trains, at least one of each.
struct SimulatedCluster {
  uint32_t folds = 1;
  uint32_t groups = 1;
  uint32_t ranks = 1;
  // Of one epoch of one fold; all else takes no time.
  std::optional<double> seconds_per_epoch;
};

struct PlayedSweep {
  v1::Play play;
  // Epochs of a fold, of the trials that have fewest and most.
  uint32_t fewest_epochs = 0;
  uint32_t most_epochs = 0;
};

// Plays `spec` (see common/config/playable_spec.h) until its last trial ends. A pure function.
// INVALID_ARGUMENT: the coordinator refuses the sweep, or ends it without a result.
absl::StatusOr<PlayedSweep> PlaySweep(const v1::SweepSpec& spec, const SimulatedCluster& cluster,
                                      const SyntheticObjective& objective);

}  // namespace pleat
