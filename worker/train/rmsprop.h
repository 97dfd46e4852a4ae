// RMSprop by Keras's formula.
#pragma once

#include "worker/train/optimizer.h"

namespace pleat {

// v = rho v + (1 - rho) g^2;  w -= lr g / (sqrt(v) + epsilon).
class RmsProp final : public Optimizer {
 public:
  RmsProp(const v1::RmsPropSpec& spec, const at::Tensor& values);
  void Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t step) override;
  std::vector<OptimizerBuffer> buffers() const override { return {{"mean_square", mean_square_}}; }

 private:
  const v1::RmsPropSpec spec_;
  at::Tensor mean_square_;
};

}  // namespace pleat
