#include "worker/train/batch_loader.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include "worker/data/augment.h"

namespace pleat {
namespace {

constexpr int64_t kRowsPerPiece = 16;

}  // namespace

BatchLoader::BatchLoader(const FoldJob& job, uint64_t key, at::ScalarType dtype, at::Device device)
    : dataset_(*job.dataset),
      scale_(job.scale),
      augmentation_(job.task.config().training().augmentation().begin(),
                    job.task.config().training().augmentation().end()),
      key_(key),
      dtype_(dtype),
      device_(device) {}

Batch BatchLoader::Training(std::span<const int64_t> rows, uint32_t epoch) const {
  at::Tensor labels = at::empty({static_cast<int64_t>(rows.size())}, at::kLong);
  int64_t* label = labels.mutable_data_ptr<int64_t>();
  for (const int64_t row : rows) *label++ = dataset_.labels[row];
  return {Fill(rows, rows.size(), augmentation_, epoch), labels.to(device_)};
}

at::Tensor BatchLoader::Plain(std::span<const int64_t> rows, int64_t batch) const {
  return Fill(rows, batch, {}, 0);
}

at::Tensor BatchLoader::Fill(std::span<const int64_t> rows, int64_t batch,
                             std::span<const v1::TransformSpec> transforms, uint32_t epoch) const {
  const int64_t count = static_cast<int64_t>(rows.size());
  const int64_t height = dataset_.height;
  const int64_t width = dataset_.width;
  at::Tensor images = at::empty({batch, height, width, dataset_.channels}, dtype_);
  images.narrow(0, count, batch - count).zero_();
  AT_DISPATCH_FLOATING_TYPES(dtype_, "fill batch", [&] {
    scalar_t* const out = images.mutable_data_ptr<scalar_t>();
    const int64_t row_size = height * width * dataset_.channels;
    at::parallel_for(0, count, kRowsPerPiece, [&](int64_t begin, int64_t end) {
      std::vector<AffineMap> maps;
      if (!transforms.empty()) {
        for (int64_t i = begin; i < end; ++i) {
          maps.push_back(DrawTrainingMap(transforms, height, width, key_, epoch, rows[i]));
        }
      }
      FillBatch<scalar_t>(dataset_, rows.subspan(begin, end - begin), maps, scale_,
                          out + begin * row_size);
    });
  });
  return images.permute({0, 3, 1, 2}).to(device_);
}

}  // namespace pleat
