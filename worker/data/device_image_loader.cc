#include "worker/data/device_image_loader.h"

#include <ATen/Dispatch.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/status_macros.h"
#include "worker/data/device_batch.h"
#include "worker/distributed/torch_device.h"

namespace pleat {
namespace {

// One map per element; none if all rows stay as they are; null if an element is more than a map.
std::optional<std::vector<AffineMap>> MapsOf(std::span<const DrawnTransforms> drawn) {
  std::vector<AffineMap> maps;
  if (std::ranges::all_of(drawn, [](const auto& row) { return row.empty(); })) return maps;
  for (const DrawnTransforms& row : drawn) {
    if (row.empty()) {
      maps.push_back(kIdentityMap);
    } else if (row.size() == 1 && std::holds_alternative<AffineMap>(row.front())) {
      maps.push_back(std::get<AffineMap>(row.front()));
    } else {
      return std::nullopt;
    }
  }
  return maps;
}

class DeviceImageLoader final : public ImageLoader {
 public:
  DeviceImageLoader(std::shared_ptr<const DeviceDataset> dataset,
                    std::unique_ptr<ImageLoader> on_host, const ImageShape& shape, double scale,
                    at::TensorOptions options)
      : dataset_(std::move(dataset)),
        on_host_(std::move(on_host)),
        shape_(shape),
        scale_(scale),
        options_(options) {}

  at::Tensor Load(std::span<const int64_t> rows, std::span<const DrawnTransforms> drawn,
                  int64_t batch) const override {
    const std::optional<std::vector<AffineMap>> maps = MapsOf(drawn);
    if (!maps.has_value()) return on_host_->Load(rows, drawn, batch).to(options_.device());
    return LoadThrough(*maps, rows, batch);
  }

 private:
  at::Tensor LoadThrough(std::span<const AffineMap> maps, std::span<const int64_t> rows,
                         int64_t batch) const {
    const int64_t count = std::ssize(rows);
    at::Tensor images = at::empty({batch, shape_.height, shape_.width, shape_.channels}, options_);
    images.narrow(0, count, batch - count).zero_();
    AT_DISPATCH_FLOATING_TYPES(images.scalar_type(), "load images", [&] {
      const absl::Status filled =
          dataset_->FillBatch<scalar_t>(rows, maps, scale_, images.mutable_data_ptr<scalar_t>(),
                                        c10::cuda::getCurrentCUDAStream());
      TORCH_CHECK(filled.ok(), filled.ToString());
    });
    return images.permute({0, 3, 1, 2});
  }

  const std::shared_ptr<const DeviceDataset> dataset_;
  const std::unique_ptr<ImageLoader> on_host_;
  const ImageShape shape_;
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
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<ImageLoader> on_host,
                         MakeImageLoader(dataset, scale, dtype, ComputeDevice{}));
  return std::make_unique<DeviceImageLoader>(
      dataset.on_device, std::move(on_host), dataset.shape(), scale,
      at::TensorOptions().dtype(dtype).device(TorchDevice(device)));
}

}  // namespace pleat
