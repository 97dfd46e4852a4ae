// A channel over NCCL, in GPU memory. Only in builds with CUDA.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// A channel among the ranks of `control` (a channel in host memory that carries the start-up), one
// GPU each: this process's current one. Every rank of `control` calls it. Waits of more than
// `timeout_ms` are DEADLINE_EXCEEDED and abort the channel; so does a rank that leaves `control`,
// which therefore outlives the channel's last wait.
//
// Collectives run on a stream of their own, after the work that torch's current stream holds when
// they start; Wait returns when they are done on the GPU. NCCL picks its own order of summation,
// the same for every rank.
absl::StatusOr<std::unique_ptr<Communicator>> MakeNcclCommunicator(Communicator& control,
                                                                   int timeout_ms);

}  // namespace pleat
