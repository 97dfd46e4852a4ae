// The sweep that simulated workers train: it has more folds than they can come to.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/loopback_coordinator.h"
#include "common/base/ids.h"
#include "proto/coordinator.grpc.pb.h"

namespace pleat {

// Submits it and does its first task, which prepares the data, so that folds are all there is to
// do.
absl::Status BeginSweep(LoopbackCoordinator& coordinator);

// Registers a group of one rank, named as the session of its request ids, and gets it a task.
absl::StatusOr<v1::Lease> TakeFirstTask(v1::WorkerService::Stub& workers, RequestIds& ids,
                                        const std::string& store_uuid);

// What a worker says of a fold whose files it wrote below `folder`, as its lease says.
v1::TaskResult TrainedFold(const std::string& folder);

}  // namespace pleat
