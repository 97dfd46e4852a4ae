#include "worker/model/layers/conv2d.h"

#include "worker/model/layers/initializers.h"

namespace pleat {
namespace {

constexpr int64_t kKernel = 3;

}  // namespace

Conv2d::Conv2d(FlatParameters& parameters, const std::string& name, int64_t in, int64_t out,
               uint64_t key)
    : parameters_(&parameters),
      weight_(parameters.AddParameter(name + ".weight", {out, in, kKernel, kKernel},
                                      HeNormal(key, name + ".weight", in * kKernel * kKernel))),
      bias_(parameters.AddParameter(name + ".bias", {out}, Constant(0))) {}

at::Tensor Conv2d::Forward(const at::Tensor& inputs) const {
  return at::conv2d(inputs, parameters_->parameters()[weight_].tensor,
                    parameters_->parameters()[bias_].tensor, /*stride=*/1,
                    /*padding=*/kKernel / 2);
}

}  // namespace pleat
