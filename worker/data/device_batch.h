// A data set in GPU memory, and batches made there. Only in builds with CUDA.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/augment/affine.h"
#include "worker/data/dataset.h"

namespace pleat {

// The pixels of a Dataset on this process's current GPU. One thread uses it at a time.
class DeviceDataset {
 public:
  // Copies the pixels up. RESOURCE_EXHAUSTED if they do not fit.
  static absl::StatusOr<std::unique_ptr<DeviceDataset>> Upload(const Dataset& dataset);
  ~DeviceDataset();
  DeviceDataset(const DeviceDataset&) = delete;
  DeviceDataset& operator=(const DeviceDataset&) = delete;

  // FillBatch of fill_batch.h, with the same bits, where the transforms of each row are one affine
  // map, into GPU memory `out` [row_ids.size(), height, width, channels] of T (float or double);
  // runs in the order of `stream`. The spans may go as soon as it returns.
  template <typename T>
  absl::Status FillBatch(std::span<const int64_t> row_ids, std::span<const AffineMap> maps,
                         double scale, T* out, cudaStream_t stream) const;

 private:
  DeviceDataset() = default;

  void* pixels_ = nullptr;  // uint8 [rows, height, width, channels]
  int64_t height_ = 0;
  int64_t width_ = 0;
  int64_t channels_ = 0;
};

}  // namespace pleat
