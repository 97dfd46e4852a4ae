// A fully connected layer.
#pragma once

#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"
#include "worker/model/layers/layer.h"

namespace pleat {

// y = x weightᵀ + bias: [n, in] → [n, out].
class Dense : public Layer {
 public:
  // How the weights start.
  enum class Init {
    kHeNormal,       // hidden layers
    kGlorotUniform,  // the output layer
  };

  // Adds "<name>.weight" [out, in] and "<name>.bias" [out] (zeros) to `parameters`.
  Dense(FlatParameters& parameters, const std::string& name, int64_t in, int64_t out, Init init,
        uint64_t key);

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

 private:
  const FlatParameters* parameters_;
  int64_t weight_;
  int64_t bias_;
};

}  // namespace pleat
