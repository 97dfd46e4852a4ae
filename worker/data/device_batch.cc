#include "worker/data/device_batch.h"

#include "common/base/status_macros.h"
#include "worker/data/device_batch_kernel.h"
#include "worker/distributed/cuda_status.h"

namespace pleat {
namespace {

// GPU memory that is allocated and freed in the order of a stream.
class StreamMemory {
 public:
  explicit StreamMemory(cudaStream_t stream) : stream_(stream) {}
  ~StreamMemory() {
    if (data_ != nullptr) cudaFreeAsync(data_, stream_);
  }
  StreamMemory(const StreamMemory&) = delete;
  StreamMemory& operator=(const StreamMemory&) = delete;

  // Pageable memory is staged before cudaMemcpyAsync returns, so `from` may go right after.
  absl::Status CopyUp(const void* from, size_t bytes) {
    if (bytes == 0) return absl::OkStatus();
    PLEAT_RETURN_IF_ERROR(
        CudaStatus(cudaMallocAsync(&data_, bytes, stream_), "allocate memory for a batch"));
    return CudaStatus(cudaMemcpyAsync(data_, from, bytes, cudaMemcpyHostToDevice, stream_),
                      "copy a batch's rows and maps");
  }
  template <typename T>
  const T* as() const {
    return static_cast<const T*>(data_);
  }

 private:
  cudaStream_t stream_;
  void* data_ = nullptr;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DeviceDataset>> DeviceDataset::Upload(const Dataset& dataset) {
  std::unique_ptr<DeviceDataset> uploaded(new DeviceDataset());
  uploaded->height_ = dataset.height;
  uploaded->width_ = dataset.width;
  uploaded->channels_ = dataset.channels;
  PLEAT_RETURN_IF_ERROR(CudaStatus(cudaMalloc(&uploaded->pixels_, dataset.pixels.size()),
                                   "allocate memory for the data set"));
  PLEAT_RETURN_IF_ERROR(CudaStatus(cudaMemcpy(uploaded->pixels_, dataset.pixels.data(),
                                              dataset.pixels.size(), cudaMemcpyHostToDevice),
                                   "copy the data set"));
  return uploaded;
}

DeviceDataset::~DeviceDataset() { cudaFree(pixels_); }

template <typename T>
absl::Status DeviceDataset::FillBatch(std::span<const int64_t> row_ids,
                                      std::span<const AffineMap> maps, double scale, T* out,
                                      cudaStream_t stream) const {
  StreamMemory rows_on_device(stream), maps_on_device(stream);
  PLEAT_RETURN_IF_ERROR(rows_on_device.CopyUp(row_ids.data(), row_ids.size_bytes()));
  PLEAT_RETURN_IF_ERROR(maps_on_device.CopyUp(maps.data(), maps.size_bytes()));
  const DeviceBatchArguments arguments{.pixels = static_cast<const uint8_t*>(pixels_),
                                       .height = height_,
                                       .width = width_,
                                       .channels = channels_,
                                       .row_ids = rows_on_device.as<int64_t>(),
                                       .batch = static_cast<int64_t>(row_ids.size()),
                                       .maps = maps_on_device.as<double>(),
                                       .map_count = static_cast<int64_t>(maps.size()),
                                       .scale = scale};
  return CudaStatus(LaunchFillBatch(arguments, out, stream), "fill a batch");
}

template absl::Status DeviceDataset::FillBatch<float>(std::span<const int64_t>,
                                                      std::span<const AffineMap>, double, float*,
                                                      cudaStream_t) const;
template absl::Status DeviceDataset::FillBatch<double>(std::span<const int64_t>,
                                                       std::span<const AffineMap>, double, double*,
                                                       cudaStream_t) const;

}  // namespace pleat
