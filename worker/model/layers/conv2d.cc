#include "worker/model/layers/conv2d.h"

#include "worker/model/layers/initializers.h"

namespace pleat {

Conv2d::Conv2d(FlatParameters& parameters, const std::string& name, int64_t in,
               const ConvSize& size, uint64_t key)
    : parameters_(&parameters),
      size_(size),
      weight_(
          parameters.AddParameter(name + ".weight", {size.channels, in, size.kernel, size.kernel},
                                  HeNormal(key, name + ".weight", in * size.kernel * size.kernel))),
      bias_(parameters.AddParameter(name + ".bias", {size.channels}, Constant(0))) {}

at::Tensor Conv2d::Forward(const at::Tensor& inputs, const ForwardContext&) {
  const int64_t padding = (size_.kernel - 1) / 2;
  // What an even kernel needs beside the padding that is equal on all sides.
  const at::Tensor x = size_.kernel % 2 == 0 ? at::constant_pad_nd(inputs, {0, 1, 0, 1}) : inputs;
  return at::conv2d(x, parameters_->parameters()[weight_].tensor,
                    parameters_->parameters()[bias_].tensor, size_.stride, padding);
}

}  // namespace pleat
