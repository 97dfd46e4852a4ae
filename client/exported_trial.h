// A trial of a sweep as a sweep of its own.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// YAML that runs the trial's model and training over the sweep's folds, with nothing searched;
// above it, where it comes from and what it scored. It is called NAME-trial-NUMBER, cut to what a
// name may have. NOT_FOUND says which trials there are.
absl::StatusOr<std::string> ExportedTrialYaml(const v1::GetResponse& sweep, uint32_t trial);

}  // namespace pleat
