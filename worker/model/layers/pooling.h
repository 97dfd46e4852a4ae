// Pooling over windows, and over the whole image.
#pragma once

#include <cstdint>

#include "worker/model/layers/layer.h"

namespace pleat {

// What a window becomes.
enum class PoolKind { kMax, kMean };

// Windows of size x size that do not overlap: [n, c, h, w] → [n, c, h / size, w / size], rounded
// down; what does not fill a window is left out.
class Pool : public Layer {
 public:
  Pool(PoolKind kind, int64_t size) : kind_(kind), size_(size) {}

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  PoolKind kind_;
  int64_t size_;
};

// One window: [n, c, h, w] → [n, c].
class GlobalPool : public Layer {
 public:
  explicit GlobalPool(PoolKind kind) : kind_(kind) {}

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  PoolKind kind_;
};

}  // namespace pleat
