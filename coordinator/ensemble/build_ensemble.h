// Writes a sweep's ensemble.
#pragma once

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Blends the members' predictions of every split and their out-of-fold rows, scores what has
// labels, reports on it, and writes `ensemble/<version>` (see ensemble_folder.h), the manifest
// last: a folder with a manifest is complete. A split's prediction is Σ w_m p_m / Σ w_m over the
// members in order; row i out of fold is Σ w_t p_t(i) / Σ w_t over the trials t that have a fold
// that validates it, p_t(i) the mean over those folds, w_t the sum of the trial's members' weights.
// Rows that no member's fold validates are NaN in `oof.npy` and are not scored. Scores.rows says
// how many were. DATA_LOSS: a file is not what it was.
absl::StatusOr<v1::EnsembleBuilt> RunBuildEnsemble(const BuildEnsemble& effect, Store& store);

}  // namespace pleat
