#include "worker/model/layers/residual.h"

#include <utility>

namespace pleat {

Residual::Residual(std::unique_ptr<Layer> inside, std::unique_ptr<Layer> skip)
    : inside_(std::move(inside)), skip_(std::move(skip)) {}

at::Tensor Residual::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  const at::Tensor inner = inside_->Forward(inputs, context);
  return inner + (skip_ ? skip_->Forward(inputs, context) : inputs);
}

void Residual::CommitStatistics() {
  inside_->CommitStatistics();
  if (skip_) skip_->CommitStatistics();
}

}  // namespace pleat
