// A linear layer followed by batch norm and SiLU: the unit that the networks are made of.
#pragma once

#include <cstdint>
#include <string>

#include "worker/model/layers/batch_norm_silu.h"
#include "worker/model/layers/conv2d.h"
#include "worker/model/layers/dense.h"
#include "worker/model/model.h"
#include "worker/model/step_abandonment.h"

namespace pleat {

// `Linear` is Conv2d or Dense. Its tensors are named "<name>.…", those of the norm "<name>.norm.…".
template <typename Linear>
struct Normalized {
  Linear linear;
  BatchNormSilu norm;

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) {
    ThrowIfAbandoned(context);
    at::Tensor outputs = norm.Forward(linear.Forward(inputs), context);
    ThrowInBackwardIfAbandoned(outputs, context);
    return outputs;
  }
};

inline Normalized<Conv2d> NormalizedConv(FlatParameters& parameters, const std::string& name,
                                         int64_t in, int64_t out, uint64_t key) {
  return {Conv2d(parameters, name, in, out, key), BatchNormSilu(parameters, name + ".norm", out)};
}

inline Normalized<Dense> NormalizedDense(FlatParameters& parameters, const std::string& name,
                                         int64_t in, int64_t out, uint64_t key) {
  return {Dense(parameters, name, in, out, Dense::Init::kHeNormal, key),
          BatchNormSilu(parameters, name + ".norm", out)};
}

}  // namespace pleat
