#include "worker/data/device_image_loader.h"

#include <ATen/Dispatch.h>
#include <c10/cuda/CUDAStream.h>

#include <array>
#include <iterator>
#include <utility>

#include "common/base/status_macros.h"
#include "worker/data/device_batch.h"
#include "worker/distributed/torch_device.h"

namespace pleat {
namespace {

class DeviceImageLoader final : public ImageLoader {
 public:
  DeviceImageLoader(std::shared_ptr<const DeviceDataset> dataset, std::array<int64_t, 3> shape,
                    double scale, at::TensorOptions options)
      : dataset_(std::move(dataset)), shape_(shape), scale_(scale), options_(options) {}

  at::Tensor Load(std::span<const int64_t> rows, std::span<const AffineMap> maps,
                  int64_t batch) const override {
    const int64_t count = std::ssize(rows);
    const auto [height, width, channels] = shape_;
    at::Tensor images = at::empty({batch, height, width, channels}, options_);
    images.narrow(0, count, batch - count).zero_();
    AT_DISPATCH_FLOATING_TYPES(images.scalar_type(), "load images", [&] {
      const absl::Status filled =
          dataset_->FillBatch<scalar_t>(rows, maps, scale_, images.mutable_data_ptr<scalar_t>(),
                                        c10::cuda::getCurrentCUDAStream());
      TORCH_CHECK(filled.ok(), filled.ToString());
    });
    return images.permute({0, 3, 1, 2});
  }

 private:
  const std::shared_ptr<const DeviceDataset> dataset_;
  const std::array<int64_t, 3> shape_;  // height, width, channels
  const double scale_;
  const at::TensorOptions options_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ImageLoader>> MakeDeviceImageLoader(const Dataset& dataset,
                                                                   double scale,
                                                                   at::ScalarType dtype,
                                                                   const ComputeDevice& device) {
  if (dataset.on_device == nullptr) {
    PLEAT_ASSIGN_OR_RETURN(dataset.on_device, DeviceDataset::Upload(dataset));
  }
  return std::make_unique<DeviceImageLoader>(
      dataset.on_device, std::array{dataset.height, dataset.width, dataset.channels}, scale,
      at::TensorOptions().dtype(dtype).device(TorchDevice(device)));
}

}  // namespace pleat
