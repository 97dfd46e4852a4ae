// Images as rows of numbers.
#pragma once

#include "worker/model/layers/layer.h"

namespace pleat {

// [n, c, h, w] → [n, h w c], in (height, width, channel) order, which costs nothing in
// channels_last memory and is Keras's.
class Flatten : public Layer {
 public:
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext&) override {
    return inputs.permute({0, 2, 3, 1}).flatten(1);
  }
};

}  // namespace pleat
