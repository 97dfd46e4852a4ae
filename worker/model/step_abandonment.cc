#include "worker/model/step_abandonment.h"

namespace pleat {

void ThrowIfAbandoned(const ForwardContext& context) {
  if (context.should_abandon != nullptr && (*context.should_abandon)()) throw StepAbandoned();
}

void ThrowInBackwardIfAbandoned(const at::Tensor& outputs, const ForwardContext& context) {
  if (context.should_abandon == nullptr || !outputs.requires_grad()) return;
  outputs.register_hook([should_abandon = context.should_abandon](const at::Tensor&) -> void {
    if ((*should_abandon)()) throw StepAbandoned();
  });
}

}  // namespace pleat
