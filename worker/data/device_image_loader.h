// An ImageLoader whose data set lies in GPU memory. Only in builds with CUDA.
#pragma once

#include <torch/types.h>

#include <memory>

#include "absl/status/statusor.h"
#include "worker/data/image_loader.h"

namespace pleat {

// As MakeImageLoader; `device` is the current GPU. A batch whose rows stay as they are or go
// through one affine map each (mirrors and successive affine transforms are one) is made on the
// GPU; one with any other transform is made by the rank's threads and copied up.
absl::StatusOr<std::unique_ptr<ImageLoader>> MakeDeviceImageLoader(const Dataset& dataset,
                                                                   double scale,
                                                                   at::ScalarType dtype,
                                                                   const ComputeDevice& device);

}  // namespace pleat
