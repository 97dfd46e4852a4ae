// Cuts the training rows of a sweep into folds.
#pragma once

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Reads the labels (and groups, and predefined folds) that PrepareData published and writes
// `folds.npy` (EncodeFolds), and for people `sweep.yaml`, the submitted text.
// INVALID_ARGUMENT: the rows cannot be cut that way; DATA_LOSS: a file is not what it was.
absl::StatusOr<v1::FoldsAssigned> RunAssignFolds(const AssignFolds& effect, Store& store);

}  // namespace pleat
