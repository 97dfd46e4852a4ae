// Rows of the data set as tensors.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "worker/train/fold_trainer.h"

namespace pleat {

// Labelled inputs of one step.
struct Batch {
  at::Tensor images;  // [rows, channels, height, width], channels_last memory
  at::Tensor labels;  // int64 [rows]
};

// Makes batches of a job's data set in the training's type, on its device. What a row becomes
// depends on (key, epoch, row) only. Used by one thread; the work is spread over the rank's
// threads.
class BatchLoader {
 public:
  // `job` outlives the loader.
  BatchLoader(const FoldJob& job, uint64_t key, at::ScalarType dtype, at::Device device);

  // Training rows of `epoch` (from 0), each augmented by its own draw.
  Batch Training(std::span<const int64_t> rows, uint32_t epoch) const;
  // Rows as they are, and zeros up to `batch` rows: [batch, channels, height, width].
  at::Tensor Plain(std::span<const int64_t> rows, int64_t batch) const;

 private:
  at::Tensor Fill(std::span<const int64_t> rows, int64_t batch,
                  std::span<const v1::TransformSpec> transforms, uint32_t epoch) const;

  const Dataset& dataset_;
  const double scale_;
  const std::vector<v1::TransformSpec> augmentation_;
  const uint64_t key_;
  const at::ScalarType dtype_;
  const at::Device device_;
};

}  // namespace pleat
