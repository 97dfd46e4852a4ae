// Rows of the data set as tensors.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "worker/augment/draw.h"
#include "worker/data/image_loader.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// Labelled inputs of one step.
struct Batch {
  at::Tensor images;  // [rows, channels, height, width], channels_last memory
  at::Tensor labels;  // int64 [rows]
  // With mixup: the labels of the rows that were blended in, and the share of each row itself, of
  // the images' type; [rows]. Else undefined.
  at::Tensor partner_labels;
  at::Tensor shares;
};

// Makes batches of a job's data set, on its device. What a row becomes depends on (key, epoch, row)
// only. Used by one thread; the work is spread over the rank's threads.
class BatchLoader {
 public:
  // `images` loads the job's data set. `job` outlives the loader.
  BatchLoader(const FoldJob& job, uint64_t key, std::unique_ptr<ImageLoader> images);

  // Training rows of `epoch` (from 0), each augmented by its own draw.
  Batch Training(std::span<const int64_t> rows, uint32_t epoch) const;
  // Rows as they are, and zeros up to `batch` rows: [batch, channels, height, width].
  at::Tensor Plain(std::span<const int64_t> rows, int64_t batch) const;

 private:
  // What happens to each row; empty without augmentation.
  std::vector<DrawnTransforms> Draw(std::span<const int64_t> rows, uint32_t epoch) const;

  const Dataset& dataset_;
  const TransformList augmentation_;
  const uint64_t key_;
  const std::unique_ptr<ImageLoader> images_;
};

}  // namespace pleat
