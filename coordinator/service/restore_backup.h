// `pleat-coordinator restore`: a state folder from a backup.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Makes the state folder of a backup; it appears under its name whole, durable and checked by a
// replay, or not at all. What happened after the backup is forgotten, but its files may lie in the
// store, so all attempts from now on get higher numbers than any of then: above `now_unix_ms`.
// FAILED_PRECONDITION: something lies in the folder. DATA_LOSS, INVALID_ARGUMENT, …: the backup
// cannot be used, see BackupReader.
absl::StatusOr<v1::BackupEnd> RestoreBackup(const std::string& file, const std::string& state_dir,
                                            int64_t now_unix_ms);

}  // namespace pleat
