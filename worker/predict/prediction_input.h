// Rows to predict, from a file whose format is found out.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "worker/data/dataset.h"

namespace pleat {

// Reads a CSV or IDX file, optionally gzipped. `format`: "csv", "idx", or "auto" (by the first
// bytes). In a CSV a column "label" is read as labels and a column "id" as ids, if they are there;
// `height` is the images' height. Errors as ReadDataset's.
absl::StatusOr<Dataset> ReadPredictionInput(const std::string& path, const std::string& format,
                                            int64_t height);

}  // namespace pleat
