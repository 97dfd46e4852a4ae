// Dropout without a generator: masks are a pure function of (key, layer, epoch, data-set row,
// element).
#pragma once

#include <cstdint>

#include "worker/model/layers/layer.h"

namespace pleat {

// Inverted dropout (Srivastava et al. 2014): in training each element becomes 0 with probability p,
// else x / (1 - p); outside training nothing changes. p is rounded to a multiple of 2^-16. Elements
// count in logical (NCHW) order, so the mask does not depend on the memory layout.
class KeyedDropout : public Layer {
 public:
  // `layer` tells the dropout layers of a model apart; 0 ≤ p < 1.
  KeyedDropout(uint32_t layer, double p);

  // [n, …] → the same shape; context.row_ids names the n rows.
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  uint32_t layer_;
  uint32_t threshold_;  // p in steps of 2^-16
};

}  // namespace pleat
