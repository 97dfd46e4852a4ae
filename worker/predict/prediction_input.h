// Rows to predict, from a file whose format is found out.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "worker/data/dataset.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {

// Reads a CSV or IDX file, optionally gzipped. `format`: "csv", "idx", or "auto" (by the first
// bytes). In a CSV, labels and ids are read if they are there (FindPredictionColumns). Errors as
// ReadDataset's.
absl::StatusOr<Dataset> ReadPredictionInput(const std::string& path, const std::string& format,
                                            const EnsembleManifest& manifest);

}  // namespace pleat
