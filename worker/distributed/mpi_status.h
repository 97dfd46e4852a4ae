// MPI's error codes as absl::Status; the one place where they are translated.
#pragma once

#include <mpi.h>

#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// OK for MPI_SUCCESS; else INTERNAL with what was attempted and MPI's own words.
absl::Status MpiStatus(int code, std::string_view attempted);

}  // namespace pleat
