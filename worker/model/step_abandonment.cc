#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

// What this rank may ask by itself.
const std::function<bool()>* OwnAnswer(const ForwardContext& context) {
  return context.statistics == nullptr ? context.should_abandon : nullptr;
}

}  // namespace

void ThrowIfAbandoned(const ForwardContext& context) {
  const std::function<bool()>* should_abandon = OwnAnswer(context);
  if (should_abandon != nullptr && (*should_abandon)()) throw StepAbandoned();
}

void ThrowInBackwardIfAbandoned(const at::Tensor& outputs, const ForwardContext& context) {
  const std::function<bool()>* should_abandon = OwnAnswer(context);
  if (should_abandon == nullptr || !outputs.requires_grad()) return;
  outputs.register_hook([should_abandon](const at::Tensor&) -> void {
    if ((*should_abandon)()) throw StepAbandoned();
  });
}

}  // namespace pleat
