#include "worker/model/layers/conv2d.h"

#include <optional>

#include "worker/model/layers/initializers.h"

namespace pleat {
namespace {

// The pixels that windows of one pixel see, `stride` apart. They are taken out first, since the
// oneDNN of LibTorch 2.11 (its issue 6035) writes past the end of its own copy of them where there
// are fewer than eight channels, and sums up wrong gradients.
at::Tensor EveryNth(const at::Tensor& inputs, int64_t stride) {
  return inputs.slice(2, 0, std::nullopt, stride)
      .slice(3, 0, std::nullopt, stride)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

Conv2d::Conv2d(FlatParameters& parameters, const std::string& name, int64_t in,
               const ConvSize& size, uint64_t key)
    : parameters_(&parameters),
      size_(size),
      weight_(
          parameters.AddParameter(name + ".weight", {size.channels, in, size.kernel, size.kernel},
                                  HeNormal(key, name + ".weight", in * size.kernel * size.kernel))),
      bias_(parameters.AddParameter(name + ".bias", {size.channels}, Constant(0))) {}

at::Tensor Conv2d::Forward(const at::Tensor& inputs, const ForwardContext&) {
  const at::Tensor& weight = parameters_->parameters()[weight_].tensor;
  const at::Tensor& bias = parameters_->parameters()[bias_].tensor;
  if (size_.kernel == 1 && size_.stride > 1) {
    return at::conv2d(EveryNth(inputs, size_.stride), weight, bias);
  }
  const int64_t padding = (size_.kernel - 1) / 2;
  // What an even kernel needs beside the padding that is equal on all sides.
  const at::Tensor x = size_.kernel % 2 == 0 ? at::constant_pad_nd(inputs, {0, 1, 0, 1}) : inputs;
  return at::conv2d(x, weight, bias, size_.stride, padding);
}

}  // namespace pleat
