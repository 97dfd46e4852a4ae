// Dropping a step that is under way: a worker that is told to leave cannot wait for the end of a
// long forward or backward pass. State changes only when a step is committed, so nothing is lost
// but the step. Ranks of a larger group must act as one: they drop a pass together by batch norm's
// exchanges, forward and backward, and by nothing else.
#pragma once

#include <torch/types.h>

#include <exception>

#include "worker/model/model.h"

namespace pleat {

// Thrown out of Forward and backward when ForwardContext::should_abandon says so.
class StepAbandoned final : public std::exception {
 public:
  const char* what() const noexcept override { return "the step was abandoned"; }
};

// Throws StepAbandoned if the step should be dropped now; nothing happens in a larger group.
void ThrowIfAbandoned(const ForwardContext& context);

// The same, in the backward pass, when the gradient of `outputs` is known.
void ThrowInBackwardIfAbandoned(const at::Tensor& outputs, const ForwardContext& context);

}  // namespace pleat
