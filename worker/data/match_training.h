// Whether a set of a sweep goes with its training rows.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "worker/data/dataset.h"

namespace pleat {

// Checks `dataset` against the training rows, and numbers its labels by their classes
// (MatchClasses). `set` is how the sweep calls it, as "data.extra[dig]". INVALID_ARGUMENT: another
// shape, or a class or label that the training rows do not have.
absl::Status MatchTraining(const std::string& set, const Dataset& train, uint32_t classes,
                           Dataset& dataset);

// INVALID_ARGUMENT if it has no labels.
absl::Status CheckLabelled(const std::string& set, const Dataset& dataset);

}  // namespace pleat
