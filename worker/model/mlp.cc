#include "worker/model/mlp.h"

namespace pleat {

Mlp::Mlp(const v1::MlpSpec& spec, const ModelShape& shape, uint64_t key)
    : head_(parameters_,
            {.in = shape.channels * shape.height * shape.width,
             .hidden = {spec.hidden().data(), static_cast<size_t>(spec.hidden_size())},
             .classes = shape.classes},
            spec.dropout(), key) {}

at::Tensor Mlp::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  return head_.Forward(inputs, context);
}

void Mlp::CommitStatistics() { head_.CommitStatistics(); }

}  // namespace pleat
