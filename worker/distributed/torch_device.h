// A rank's device in torch's words.
#pragma once

#include <c10/core/Device.h>

#include "worker/distributed/device.h"

namespace pleat {

inline at::Device TorchDevice(const ComputeDevice& device) {
  if (!device.is_gpu) return at::Device(at::kCPU);
  return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index));
}

}  // namespace pleat
