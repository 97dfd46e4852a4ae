// The Lease message of a task: everything that a group needs to run one attempt.
#pragma once

#include <cstdint>
#include <string>

#include "coordinator/core/sweep.h"
#include "proto/task.pb.h"

namespace pleat {

// Built from the sweep as it stands; its folds are cut unless the task prepares data.
v1::Lease MakeLease(const Sweep& sweep, const TaskKey& key, uint64_t attempt, uint32_t ttl_ms,
                    const std::string& reason);

}  // namespace pleat
