// Is a folder this ensemble?
#pragma once

#include <string>

#include "absl/status/status.h"

namespace pleat {

// OK if `folder` holds the ensemble whose manifest.json has this SHA-256, with all files that the
// manifest lists. ALREADY_EXISTS: it holds something else. DATA_LOSS: it is that ensemble, but a
// file is missing or damaged; the message names the file.
absl::Status CheckEnsembleFolder(const std::string& folder, const std::string& manifest_sha256);

}  // namespace pleat
