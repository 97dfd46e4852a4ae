#include "worker/distributed/cuda_status.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace pleat {

absl::Status CudaStatus(cudaError_t code, std::string_view attempted) {
  if (code == cudaSuccess) return absl::OkStatus();
  const std::string message =
      absl::StrCat("CUDA: ", std::string(attempted), ": ", cudaGetErrorString(code));
  if (code == cudaErrorMemoryAllocation) return absl::ResourceExhaustedError(message);
  return absl::InternalError(message);
}

}  // namespace pleat
