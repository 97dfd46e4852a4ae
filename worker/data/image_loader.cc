#include "worker/data/image_loader.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <iterator>

#include "worker/data/fill_batch.h"
#ifdef PLEAT_CUDA
#include "worker/data/device_image_loader.h"
#endif

namespace pleat {
namespace {

constexpr int64_t kRowsPerPiece = 16;

class HostImageLoader final : public ImageLoader {
 public:
  HostImageLoader(const Dataset& dataset, double scale, at::ScalarType dtype)
      : dataset_(dataset), scale_(scale), dtype_(dtype) {}

  at::Tensor Load(std::span<const int64_t> rows, std::span<const DrawnTransforms> drawn,
                  int64_t batch) const override {
    const int64_t count = std::ssize(rows);
    at::Tensor images =
        at::empty({batch, dataset_.height, dataset_.width, dataset_.channels}, dtype_);
    images.narrow(0, count, batch - count).zero_();
    AT_DISPATCH_FLOATING_TYPES(dtype_, "load images", [&] {
      scalar_t* const out = images.mutable_data_ptr<scalar_t>();
      const int64_t row_size = dataset_.height * dataset_.width * dataset_.channels;
      at::parallel_for(0, count, kRowsPerPiece, [&](int64_t begin, int64_t end) {
        FillBatch<scalar_t>(dataset_, rows.subspan(begin, end - begin),
                            drawn.size() > 1 ? drawn.subspan(begin, end - begin) : drawn, scale_,
                            out + begin * row_size);
      });
    });
    return images.permute({0, 3, 1, 2});
  }

 private:
  const Dataset& dataset_;
  const double scale_;
  const at::ScalarType dtype_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ImageLoader>> MakeImageLoader(const Dataset& dataset, double scale,
                                                             at::ScalarType dtype,
                                                             const ComputeDevice& device) {
#ifdef PLEAT_CUDA
  if (device.is_gpu) return MakeDeviceImageLoader(dataset, scale, dtype, device);
#endif
  if (device.is_gpu) return absl::InternalError("a GPU in a build without CUDA");
  return std::make_unique<HostImageLoader>(dataset, scale, dtype);
}

}  // namespace pleat
