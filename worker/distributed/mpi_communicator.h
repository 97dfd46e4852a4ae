// A channel over MPI, in host memory.
#pragma once

#include <mpi.h>

#include <memory>

#include "absl/status/statusor.h"
#include "worker/distributed/communicator.h"

namespace pleat {

// A channel among the ranks of `parent`, on a duplicate of it; collective. Waits of more than
// `timeout_ms` for the other ranks are DEADLINE_EXCEEDED. Buffers are in host memory, of at most
// 2^31 - 1 numbers per rank.
//
// Everything is made of non-blocking point-to-point messages that a polling loop completes, since
// MPI's own blocking collectives hang forever when a rank is gone. An all-reduce is a
// reduce-scatter, summed in rank order by the rank that owns the part, then an all-gather of the
// parts. Sums that were started progress whenever the channel is used.
absl::StatusOr<std::unique_ptr<Communicator>> MakeMpiCommunicator(MPI_Comm parent, int timeout_ms);

}  // namespace pleat
