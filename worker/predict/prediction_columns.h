// How the columns of a CSV with rows to predict are read.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {

// Columns that are no pixels; empty: there is none.
struct PredictionColumns {
  std::string label;
  std::string id;
  std::string group;
  std::string fold;
};

// Finds them among the `names` in the header of `path`: by the names that they have in the sweep's
// own CSV files, the test set's before the training set's, or else "label" and "id".
// INVALID_ARGUMENT names them and what was found if the other columns are not as many as the
// ensemble's images have pixels.
absl::StatusOr<PredictionColumns> FindPredictionColumns(const std::string& path,
                                                        const std::vector<std::string>& names,
                                                        const EnsembleManifest& manifest);

}  // namespace pleat
