// The life of a group: register, take tasks, run them, leave.
#pragma once

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "proto/coordinator.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/session/coordinator_client.h"
#include "worker/session/task_runner.h"

namespace pleat {

// Rank 0's loop: asks for tasks until `leaving`, or until another rank leaves, and tells the group
// what to do. OK: left in good order. FAILED_PRECONDITION: the coordinator refuses this worker.
// DEADLINE_EXCEEDED, ABORTED: a rank is gone. Another code: that of the rank that broke the group.
absl::Status LeadGroup(Group& group, CoordinatorClient& client, TaskRunner& runner,
                       const v1::WorkerInfo& info, const std::string& store_uuid,
                       const std::atomic<bool>& leaving);

// The other ranks' loop: do what rank 0 says until it says leave, or this or another rank leaves.
absl::Status FollowGroup(Group& group, TaskRunner& runner);

}  // namespace pleat
