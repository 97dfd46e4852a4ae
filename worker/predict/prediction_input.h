// Rows to predict, from a file or folder whose format is found out.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "worker/data/dataset.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {

// Reads a CSV or IDX file, optionally gzipped, or a folder of PNG images, which get the ensemble's
// channels. `format`: "csv", "idx", "image_folder", or "auto" (a folder, or by the first bytes). In
// a CSV, labels and ids are read if they are there (FindPredictionColumns). Labels are numbered by
// the ensemble's classes. Errors as ReadDataset's and MatchClasses's.
absl::StatusOr<Dataset> ReadPredictionInput(const std::string& path, const std::string& format,
                                            const EnsembleManifest& manifest);

}  // namespace pleat
