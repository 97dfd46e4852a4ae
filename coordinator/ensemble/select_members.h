// Chooses the members of a sweep's ensemble.
#pragma once

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Applies `ensemble.select` to the finished trials: a chosen trial's weight is spread evenly over
// its finished folds. Names the folds that the chosen trials lack, and draws the TTA views.
// FAILED_PRECONDITION: no trial has a finished fold; DATA_LOSS: a file is not what it was.
absl::StatusOr<v1::MembersSelected> RunSelectMembers(const SelectMembers& effect,
                                                     const Store& store);

}  // namespace pleat
