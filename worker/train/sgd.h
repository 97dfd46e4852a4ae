// Stochastic gradient descent by PyTorch's formula, dampening 0.
#pragma once

#include "worker/train/optimizer.h"

namespace pleat {

// g += weight_decay w;  b = momentum b + g;  w -= lr b, or lr (g + momentum b) with nesterov.
class Sgd final : public Optimizer {
 public:
  Sgd(const v1::SgdSpec& spec, const at::Tensor& values);
  void Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t step) override;
  std::vector<OptimizerBuffer> buffers() const override { return {{"momentum", momentum_}}; }

 private:
  const v1::SgdSpec spec_;
  at::Tensor momentum_;
};

}  // namespace pleat
