#include "worker/train/batch_loader.h"

#include <ATen/Parallel.h>

#include <iterator>
#include <utility>

namespace pleat {
namespace {

constexpr int64_t kRowsPerPiece = 64;

}  // namespace

BatchLoader::BatchLoader(const FoldJob& job, uint64_t key, std::unique_ptr<ImageLoader> images)
    : dataset_(*job.dataset),
      augmentation_(job.task.config().training().augmentation()),
      key_(key),
      images_(std::move(images)) {}

Batch BatchLoader::Training(std::span<const int64_t> rows, uint32_t epoch) const {
  at::Tensor labels = at::empty({std::ssize(rows)}, at::kLong);
  int64_t* label = labels.mutable_data_ptr<int64_t>();
  for (const int64_t row : rows) *label++ = dataset_.labels[row];
  const at::Tensor images = images_->Load(rows, Draw(rows, epoch), std::ssize(rows));
  return {
      .images = images, .labels = labels.to(images.device()), .partner_labels = {}, .shares = {}};
}

at::Tensor BatchLoader::Plain(std::span<const int64_t> rows, int64_t batch) const {
  return images_->Load(rows, {}, batch);
}

std::vector<DrawnTransforms> BatchLoader::Draw(std::span<const int64_t> rows,
                                               uint32_t epoch) const {
  if (augmentation_.empty()) return {};
  std::vector<DrawnTransforms> drawn(rows.size());
  at::parallel_for(0, std::ssize(rows), kRowsPerPiece, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      drawn[i] =
          DrawTransforms(augmentation_, dataset_.shape(),
                         {.key = key_, .epoch = epoch, .row = static_cast<uint64_t>(rows[i])});
    }
  });
  return drawn;
}

}  // namespace pleat
