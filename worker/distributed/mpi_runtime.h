// MPI's life in this process. A group of one never starts it.
#pragma once

#include "absl/status/status.h"

namespace pleat {

// Starts MPI unless it runs already; errors become return codes instead of ending the process.
// FAILED_PRECONDITION if this MPI cannot serve several threads. Call from the main thread.
absl::Status StartMpi();

// Ends MPI, together with all ranks that mpirun started; nothing happens if it never ran. Only
// after a clean end, when no channel exists any more: it waits for the others. After an error of a
// collective leave by std::_Exit instead; mpirun then ends the rest of the job.
void FinishMpi();

// This process's rank among those that the launcher started on its node, from the launcher's
// environment (Open MPI, Slurm), without MPI; 0 when started alone.
int LocalRankFromEnvironment();

}  // namespace pleat
