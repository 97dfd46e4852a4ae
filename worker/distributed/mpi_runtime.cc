#include "worker/distributed/mpi_runtime.h"

#include <mpi.h>

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "common/base/status_macros.h"
#include "worker/distributed/mpi_status.h"

namespace pleat {

absl::Status StartMpi() {
  int started = 0;
  MPI_Initialized(&started);
  if (started) return absl::OkStatus();
  int provided = MPI_THREAD_SINGLE;
  PLEAT_RETURN_IF_ERROR(
      MpiStatus(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided), "start"));
  if (provided < MPI_THREAD_SERIALIZED) {
    return absl::FailedPreconditionError(
        "this MPI library allows one thread only; install one with MPI_THREAD_SERIALIZED or better "
        "(Debian: openmpi-bin)");
  }
  return MpiStatus(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN),
                   "set the error handler");
}

void FinishMpi() {
  int started = 0, finished = 0;
  MPI_Initialized(&started);
  MPI_Finalized(&finished);
  if (started && !finished) MPI_Finalize();
}

int LocalRankFromEnvironment() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"}) {
    const char* text = std::getenv(name);
    int rank = 0;
    if (text != nullptr && absl::SimpleAtoi(text, &rank) && rank >= 0) return rank;
  }
  return 0;
}

}  // namespace pleat
