// An ensemble from the coordinator into a folder: complete and verified, or absent.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/connection.h"

namespace pleat {

struct Download {
  uint64_t files = 0;
  uint64_t bytes = 0;
  bool existed = false;  // the folder held this ensemble already
};

// Pulls the ensemble of `sweep` into `folder`, which must not exist, be empty, or hold exactly this
// ensemble. Files come into a hidden folder beside it, are checked against their SHA-256, synced,
// and renamed into place together. A broken connection is taken up where it broke, for a minute.
// FAILED_PRECONDITION: there is no ensemble. ALREADY_EXISTS: the folder holds something else.
// DATA_LOSS: it holds this ensemble, damaged. INVALID_ARGUMENT: it is the current folder.
absl::StatusOr<Download> DownloadEnsemble(Connection& connection, const v1::GetResponse& sweep,
                                          const std::string& folder);

}  // namespace pleat
