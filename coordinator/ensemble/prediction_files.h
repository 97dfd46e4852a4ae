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

// The validation rows of each fold, ascending, from `folds.npy` (int32 [rows]). DATA_LOSS as above.
absl::StatusOr<std::vector<std::vector<int64_t>>> ReadFoldRows(const Store& store,
                                                               const v1::Artifact& folds,
                                                               int64_t rows, uint32_t fold_count);

}  // namespace pleat
