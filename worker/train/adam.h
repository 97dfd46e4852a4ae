// Adam and AdamW by PyTorch's formula (Kingma & Ba 2015; Loshchilov & Hutter 2019).
#pragma once

#include "worker/train/optimizer.h"

namespace pleat {

// m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// w -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon), t the step from 1.
class Adam final : public Optimizer {
 public:
  enum class Decay {
    kInGradient,  // Adam: g += weight_decay w
    kDecoupled,   // AdamW: w *= 1 - lr weight_decay, first
  };
  Adam(const v1::AdamSpec& spec, Decay decay, const at::Tensor& values);
  void Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t step) override;
  std::vector<OptimizerBuffer> buffers() const override {
    return {{"mean", mean_}, {"mean_square", mean_square_}};
  }

 private:
  const v1::AdamSpec spec_;
  const Decay decay_;
  at::Tensor mean_;
  at::Tensor mean_square_;
};

}  // namespace pleat
