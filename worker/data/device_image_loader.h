// An ImageLoader whose data set lies in GPU memory. Only in builds with CUDA.
#pragma once

#include <torch/types.h>

#include <memory>

#include "absl/status/statusor.h"
#include "worker/data/image_loader.h"

namespace pleat {

// As MakeImageLoader; `device` is the current GPU.
absl::StatusOr<std::unique_ptr<ImageLoader>> MakeDeviceImageLoader(const Dataset& dataset,
                                                                   double scale,
                                                                   at::ScalarType dtype,
                                                                   const ComputeDevice& device);

}  // namespace pleat
