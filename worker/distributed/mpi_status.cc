#include "worker/distributed/mpi_status.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace pleat {

absl::Status MpiStatus(int code, std::string_view attempted) {
  if (code == MPI_SUCCESS) return absl::OkStatus();
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) length = 0;
  return absl::InternalError(
      absl::StrCat("MPI: ", std::string(attempted), ": ", std::string(text, length)));
}

}  // namespace pleat
