// What networks are made of.
#pragma once

#include <torch/types.h>

#include "worker/model/model.h"

namespace pleat {

// One layer. Its parameters stand in the FlatParameters that it was made with, which must outlive
// it. Activations are images [n, channels, height, width] in channels_last memory, or rows of
// numbers [n, features]. One thread uses a layer at a time.
class Layer {
 public:
  virtual ~Layer() = default;
  // Of all ranks together where context.statistics says so; see the layers that do.
  virtual at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) = 0;
  // Moves running statistics by the last training pass; once per pass.
  virtual void CommitStatistics() {}
};

}  // namespace pleat
