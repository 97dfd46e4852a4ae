// The files of an ensemble, as its manifest.json lists them.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"

namespace pleat {

// Every file that the manifest names with its size and SHA-256; paths are relative to the
// ensemble's folder. The manifest itself and run.json are not among them. DATA_LOSS: it is none, or
// names a file outside of the ensemble.
absl::StatusOr<std::vector<v1::Artifact>> ParseEnsembleFiles(std::string_view manifest);

}  // namespace pleat
