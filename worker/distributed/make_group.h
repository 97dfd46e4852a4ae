// From the ranks that a launcher started to the group of this process.
#pragma once

#include "absl/status/statusor.h"
#include "worker/distributed/communicator.h"
#include "worker/distributed/device.h"

namespace pleat {

// The group of `group_size` ranks that this process belongs to, with its channels: gradients and
// statistics by NCCL between GPUs, by MPI between CPUs; control always by MPI. Waits of more than
// `timeout_ms` inside a collective are DEADLINE_EXCEEDED.
//
// A group of one never starts MPI, under mpirun too: each rank is then a group. Larger groups start
// MPI (StartMpi; end it with FinishMpi after the Group is gone) and cut the ranks of each node into
// groups; every rank of the job must call this. INVALID_ARGUMENT if the ranks do not divide evenly.
absl::StatusOr<Group> MakeGroup(int group_size, int timeout_ms, const ComputeDevice& device);

}  // namespace pleat
