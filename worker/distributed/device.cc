#include "worker/distributed/device.h"

#ifdef PLEAT_CUDA
#include <cuda_runtime_api.h>

#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "worker/distributed/cuda_status.h"
#endif

namespace pleat {

#ifdef PLEAT_CUDA

absl::StatusOr<ComputeDevice> SelectDevice(int place) {
  int visible = 0;
  const cudaError_t counted = cudaGetDeviceCount(&visible);
  if (counted != cudaSuccess || visible == 0) {
    Log(LogLevel::kWarning, "no GPU is visible; computing on the CPU",
        {{"cuda", cudaGetErrorString(counted)}});
    return ComputeDevice{};
  }
  ComputeDevice device{.is_gpu = true, .index = place % visible};
  PLEAT_RETURN_IF_ERROR(CudaStatus(cudaSetDevice(device.index), "select the GPU"));
  cudaDeviceProp properties;
  PLEAT_RETURN_IF_ERROR(
      CudaStatus(cudaGetDeviceProperties(&properties, device.index), "ask the GPU its name"));
  device.name = properties.name;
  return device;
}

#else

absl::StatusOr<ComputeDevice> SelectDevice(int /*place*/) { return ComputeDevice{}; }

#endif

}  // namespace pleat
