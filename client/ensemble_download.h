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

// Pulls sweep `name` into `folder`, which must not exist, or hold exactly this ensemble. Files come
// into a hidden folder beside it, are checked against their SHA-256, synced, and renamed into place
// together. A broken connection is taken up where it broke. ALREADY_EXISTS: the folder holds
// something else.
absl::StatusOr<Download> DownloadEnsemble(Connection& connection, const std::string& name,
                                          const std::string& folder);

}  // namespace pleat
