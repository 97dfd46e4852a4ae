#include "worker/model/layers/squeeze_excite.h"

#include <algorithm>

namespace pleat {
namespace {

int64_t Bottleneck(int64_t channels, int64_t ratio) {
  return std::max<int64_t>(1, channels / ratio);
}

}  // namespace

SqueezeExcite::SqueezeExcite(FlatParameters& parameters, const std::string& name, int64_t channels,
                             int64_t ratio, uint64_t key)
    : squeeze_(parameters, name + ".squeeze", channels, Bottleneck(channels, ratio),
               Dense::Init::kHeNormal, key),
      excite_(parameters, name + ".excite", Bottleneck(channels, ratio), channels,
              Dense::Init::kHeNormal, key) {}

at::Tensor SqueezeExcite::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  const at::Tensor means = inputs.mean({2, 3});
  const at::Tensor squeezed = at::silu(squeeze_.Forward(means, context));
  const at::Tensor gates = at::sigmoid(excite_.Forward(squeezed, context));
  return inputs * gates.unsqueeze(2).unsqueeze(3);
}

}  // namespace pleat
