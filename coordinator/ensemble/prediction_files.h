// Reads Pleat's own arrays from the store, checked against the shapes they must have.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"

namespace pleat {

// int64 [rows]: labels or groups. DATA_LOSS if the file is damaged or has another shape.
absl::StatusOr<std::vector<int64_t>> ReadRowNumbers(const Store& store,
                                                    const v1::Artifact& artifact, int64_t rows);

// float32 [rows, classes]: logits or probabilities. DATA_LOSS as above.
absl::StatusOr<std::vector<float>> ReadPredictions(const Store& store, const v1::Artifact& artifact,
                                                   int64_t rows, int64_t classes);

// int32 [rows]: the fold of each row as it was given, or the number of the set that it comes from.
// DATA_LOSS as above.
absl::StatusOr<std::vector<int32_t>> ReadRowPlaces(const Store& store, const v1::Artifact& artifact,
                                                   int64_t rows);

}  // namespace pleat
