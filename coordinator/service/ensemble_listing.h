// What GetEnsemble sends.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "proto/journal.pb.h"

namespace pleat {

// The files of an ensemble in the order in which they are sent: the manifest, what it names, and
// `run.json`. Paths are below `folder` (layout::EnsembleFolder). DATA_LOSS: the manifest or
// run.json is missing or damaged.
absl::StatusOr<std::vector<v1::Artifact>> ListEnsembleFiles(const Store& store,
                                                            const std::string& folder,
                                                            const v1::Artifact& manifest);

}  // namespace pleat
