#include "worker/model/layers/dense.h"

#include "worker/model/layers/initializers.h"

namespace pleat {

Dense::Dense(FlatParameters& parameters, const std::string& name, int64_t in, int64_t out,
             Init init, uint64_t key)
    : parameters_(&parameters),
      weight_(parameters.AddParameter(name + ".weight", {out, in},
                                      init == Init::kHeNormal
                                          ? HeNormal(key, name + ".weight", in)
                                          : GlorotUniform(key, name + ".weight", in, out))),
      bias_(parameters.AddParameter(name + ".bias", {out}, Constant(0))) {}

at::Tensor Dense::Forward(const at::Tensor& inputs, const ForwardContext&) {
  return at::linear(inputs, parameters_->parameters()[weight_].tensor,
                    parameters_->parameters()[bias_].tensor);
}

}  // namespace pleat
