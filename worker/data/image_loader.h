// Rows of a data set as tensors, made on the device that computes.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "worker/augment/drawn_transform.h"
#include "worker/data/dataset.h"
#include "worker/distributed/device.h"

namespace pleat {

// Used by one thread; on a CPU the work is spread over the rank's threads. Every device gives the
// same bits.
class ImageLoader {
 public:
  virtual ~ImageLoader() = default;
  // `rows` through what was `drawn` for them (nothing: as they are; one element: the same for all;
  // else one each), then zeros up to `batch` rows: [batch, channels, height, width] in
  // channels_last memory. Throws c10::Error when memory is short or the device fails.
  virtual at::Tensor Load(std::span<const int64_t> rows, std::span<const DrawnTransforms> drawn,
                          int64_t batch) const = 0;
};

// A loader of `dataset` (which outlives it), whose bytes it divides by `scale`, in float32 or
// float64. For a GPU, the current one, the pixels are copied up, now, unless `dataset` has them
// there already. RESOURCE_EXHAUSTED if they do not fit.
absl::StatusOr<std::unique_ptr<ImageLoader>> MakeImageLoader(const Dataset& dataset, double scale,
                                                             at::ScalarType dtype,
                                                             const ComputeDevice& device);

}  // namespace pleat
