// Squeeze-and-excite: channels weighed by what the whole image holds (Hu et al. 2018).
#pragma once

#include <cstdint>
#include <string>

#include "worker/model/layers/dense.h"

namespace pleat {

// y = x · sigmoid(dense(SiLU(dense(mean of x over height and width)))), per image and channel.
class SqueezeExcite : public Layer {
 public:
  // Adds the dense layers "<name>.squeeze" (channels → max(1, channels / ratio)) and
  // "<name>.excite" (back again) to `parameters`.
  SqueezeExcite(FlatParameters& parameters, const std::string& name, int64_t channels,
                int64_t ratio, uint64_t key);

  // [n, channels, h, w] → the same shape.
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  Dense squeeze_;
  Dense excite_;
};

}  // namespace pleat
