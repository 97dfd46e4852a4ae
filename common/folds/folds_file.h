// `folds.npy`: a fold assignment in the store.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/folds/fold_assignment.h"
#include "common/store/store.h"

namespace pleat {

// The bytes of the file: int32 [rows], or [rows, repeats] if there are several.
std::string EncodeFolds(const FoldAssignment& folds);

// Reads it. DATA_LOSS, with the path, if the file is damaged, or is no assignment of `rows` rows to
// at most kMostFolds folds.
absl::StatusOr<FoldAssignment> ReadFolds(const Store& store, const v1::Artifact& artifact,
                                         uint64_t rows);

}  // namespace pleat
