// Activation functions, element by element.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "worker/model/layers/layer.h"

namespace pleat {

// By its name in LayerSpec: "silu", "relu", "gelu" (by the normal distribution, not its
// approximation), "elu" (alpha 1), "tanh", "sigmoid".
class Activation : public Layer {
 public:
  using Function = at::Tensor (*)(const at::Tensor&);

  // INVALID_ARGUMENT: no such function.
  static absl::StatusOr<Function> Find(std::string_view name);

  explicit Activation(Function function) : function_(function) {}

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext&) override {
    return function_(inputs);
  }

 private:
  Function function_;
};

}  // namespace pleat
