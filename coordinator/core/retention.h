// Which weights stay once a sweep's ensemble is built (`resources.keep`). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/core/state.h"

namespace pleat {

// Folds whose weights, or checkpoints if they are not done, nobody needs once the ensemble of a
// sweep is built; none if it keeps them all. Weights that trials of another sweep began with stay,
// since those may be trained again.
std::vector<TaskKey> FoldsToFree(const State& state, const Sweep& sweep);

// FAILED_PRECONDITION: weights were freed that the next ensemble of a sweep might need.
absl::Status CheckWeightsAreKept(const Sweep& sweep);

// Why a finished fold has no weights any more: "were freed by `resources.keep: members`".
std::string FreedText(const Sweep& sweep);

}  // namespace pleat
