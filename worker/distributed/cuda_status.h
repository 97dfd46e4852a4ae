// CUDA's error codes as absl::Status; the one place where they are translated.
#pragma once

#include <cuda_runtime_api.h>

#include <string_view>

#include "absl/status/status.h"

namespace pleat {

// OK for cudaSuccess; RESOURCE_EXHAUSTED when the GPU's memory is used up; else INTERNAL, with what
// was attempted and CUDA's own words.
absl::Status CudaStatus(cudaError_t code, std::string_view attempted);

}  // namespace pleat
