#include "worker/model/layers/pooling.h"

namespace pleat {

at::Tensor Pool::Forward(const at::Tensor& inputs, const ForwardContext&) {
  return kind_ == PoolKind::kMax ? at::max_pool2d(inputs, size_) : at::avg_pool2d(inputs, size_);
}

at::Tensor GlobalPool::Forward(const at::Tensor& inputs, const ForwardContext&) {
  return kind_ == PoolKind::kMax ? inputs.amax({2, 3}) : inputs.mean({2, 3});
}

}  // namespace pleat
