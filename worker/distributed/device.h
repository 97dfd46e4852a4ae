// The device that a rank computes on.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace pleat {

struct ComputeDevice {
  bool is_gpu = false;
  int index = 0;             // among the GPUs that this process sees
  std::string name = "cpu";  // or the GPU's name: "NVIDIA H100 80GB HBM3"
};

// Picks and makes current the device of the `place`-th rank on its node, from 0. Builds without
// CUDA: the CPU. Builds with CUDA: GPU `place` modulo the visible ones (a launcher may show each
// rank its own only); where none is visible, the CPU, which is logged as a warning.
absl::StatusOr<ComputeDevice> SelectDevice(int place);

}  // namespace pleat
