// What GetEnsemble sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/coordinator.pb.h"
#include "proto/journal.pb.h"

namespace pleat {

// The files of an ensemble in the order in which they are sent: the manifest, what it names, and
// `run.json`. Paths are below `folder` (layout::EnsembleFolder). DATA_LOSS: the manifest or
// run.json is missing or damaged.
absl::StatusOr<std::vector<v1::Artifact>> ListEnsembleFiles(const Store& store,
                                                            const std::string& folder,
                                                            const v1::Artifact& manifest);

// A byte of one of the files, or its end.
struct EnsemblePosition {
  size_t file = 0;
  uint64_t offset = 0;
};

// Where to go on. INVALID_ARGUMENT, OUT_OF_RANGE: the ensemble has no such file, or no such byte.
absl::StatusOr<EnsemblePosition> FindPosition(const std::vector<v1::Artifact>& files,
                                              const v1::GetEnsembleRequest& request);

}  // namespace pleat
