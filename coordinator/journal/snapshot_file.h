// Files of snapshots in the state folder: "snapshot-<sequence>".
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/journal.pb.h"
#include "proto/snapshot.pb.h"

namespace pleat {

// Writes a snapshot durably, and tells what the journal is to name.
absl::StatusOr<v1::SnapshotTaken> WriteSnapshot(const std::string& state_dir,
                                                const v1::StateSnapshot& snapshot);
// Reads the one that the journal names. DATA_LOSS: the file is another; NOT_FOUND, …: as FileError.
absl::StatusOr<v1::StateSnapshot> ReadSnapshot(const std::string& state_dir,
                                               const v1::SnapshotTaken& taken);
// Removes all snapshots but this file; what cannot be removed stays.
void RemoveSnapshotsBut(const std::string& state_dir, const std::string& file);

}  // namespace pleat
