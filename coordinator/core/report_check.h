// What an attempt may report: what follows from its task, and files of its own.
#pragma once

#include "absl/status/status.h"
#include "coordinator/core/sweep.h"
#include "proto/artifact.pb.h"
#include "proto/task.pb.h"

namespace pleat {

// Bytes that a file of the store can have: as many as a number in JSON holds exactly.
inline constexpr uint64_t kMostFileBytes = uint64_t{1} << 53;

// INVALID_ARGUMENT: not an epoch of the fold's training, or one that cannot be the next: epochs are
// reported in order, and an attempt that goes on from a checkpoint begins after that one's.
absl::Status CheckEpoch(const Sweep& sweep, const TaskKey& key, const v1::EpochMetrics& metrics);

// INVALID_ARGUMENT: its position is none of the fold's training, or a file is not below a folder of
// this attempt, or of an earlier one of the same task, from whose checkpoint it may have gone on.
absl::Status CheckCheckpoint(const Sweep& sweep, const TaskKey& key, uint64_t attempt,
                             const v1::Checkpoint& checkpoint);

// Likewise of all files of a result.
absl::Status CheckResultFiles(const Sweep& sweep, const TaskKey& key, uint64_t attempt,
                              const v1::TaskResult& result);

}  // namespace pleat
