// A 3x3 convolution in NHWC memory.
#pragma once

#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"

namespace pleat {

// y = x * weight + bias: [n, in, h, w] → [n, out, h, w], kernel 3x3, stride 1, zero padding 1.
class Conv2d {
 public:
  // Adds "<name>.weight" [out, in, 3, 3] (he_normal) and "<name>.bias" [out] (zeros) to
  // `parameters`, which must outlive the layer.
  Conv2d(FlatParameters& parameters, const std::string& name, int64_t in, int64_t out,
         uint64_t key);

  at::Tensor Forward(const at::Tensor& inputs) const;

 private:
  const FlatParameters* parameters_;
  int64_t weight_;
  int64_t bias_;
};

}  // namespace pleat
