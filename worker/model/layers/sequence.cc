#include "worker/model/layers/sequence.h"

#include "worker/model/layers/recomputation.h"
#include "worker/model/step_abandonment.h"

namespace pleat {

at::Tensor Sequence::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  if (context.recompute && context.training) return ForwardRecomputed(layers_, inputs, context);
  return ForwardThrough(layers_, inputs, context);
}

at::Tensor ForwardThrough(Layers layers, const at::Tensor& inputs, const ForwardContext& context) {
  at::Tensor x = inputs;
  for (const std::unique_ptr<Layer>& layer : layers) {
    ThrowIfAbandoned(context);
    x = layer->Forward(x, context);
    ThrowInBackwardIfAbandoned(x, context);
  }
  return x;
}

void Sequence::CommitStatistics() {
  for (const std::unique_ptr<Layer>& layer : layers_) layer->CommitStatistics();
}

}  // namespace pleat
