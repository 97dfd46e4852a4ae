// A convolution in NHWC memory.
#pragma once

#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"
#include "worker/model/layers/layer.h"

namespace pleat {

// Output channels, height and width of the kernel, step of its windows.
struct ConvSize {
  int64_t channels = 0;
  int64_t kernel = 3;
  int64_t stride = 1;
};

// y = x * weight + bias: [n, in, h, w] → [n, channels, ceil(h / stride), ceil(w / stride)]. Zeros
// are padded on all sides, (kernel - 1) / 2 of them; an even kernel has one more below and to the
// right.
class Conv2d : public Layer {
 public:
  // Adds "<name>.weight" [channels, in, kernel, kernel] (he_normal) and "<name>.bias" [channels]
  // (zeros) to `parameters`.
  Conv2d(FlatParameters& parameters, const std::string& name, int64_t in, const ConvSize& size,
         uint64_t key);

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  const FlatParameters* parameters_;
  ConvSize size_;
  int64_t weight_;
  int64_t bias_;
};

}  // namespace pleat
