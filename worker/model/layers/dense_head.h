// The fully connected end of a network: features in, logits out.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "worker/model/layers/dense.h"
#include "worker/model/layers/keyed_dropout.h"
#include "worker/model/layers/normalized.h"
#include "worker/model/model.h"

namespace pleat {

// Flatten in (height, width, channel) order, which costs nothing in channels_last memory; for each
// hidden width dense, batch norm, SiLU, dropout; then dense. Tensors are named "dense1.weight",
// "dense1.norm.running_mean", "logits.bias".
class DenseHead {
 public:
  struct Sizes {
    int64_t in = 0;                    // elements of one flattened input
    std::span<const uint32_t> hidden;  // widths
    int64_t classes = 0;
  };

  // Dropout layers are counted from 0. `parameters` must outlive the head.
  DenseHead(FlatParameters& parameters, const Sizes& sizes, double dropout, uint64_t key);

  // [n, channels, h, w] in channels_last memory → [n, classes].
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context);
  void CommitStatistics();

 private:
  std::vector<Normalized<Dense>> hidden_;
  std::vector<KeyedDropout> dropouts_;  // one behind each hidden layer
  Dense logits_;
};

}  // namespace pleat
