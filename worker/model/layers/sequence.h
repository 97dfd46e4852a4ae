// Layers in a row.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "worker/model/layers/layer.h"

namespace pleat {

using Layers = std::span<const std::unique_ptr<Layer>>;

// What the last of the layers makes, each getting what the one before made.
at::Tensor ForwardThrough(Layers layers, const at::Tensor& inputs, const ForwardContext& context);

// Each layer gets what the one before made. Between layers the pass can be abandoned, forward and
// backward; see step_abandonment.h.
class Sequence : public Layer {
 public:
  void Add(std::unique_ptr<Layer> layer) { layers_.push_back(std::move(layer)); }

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;
  void CommitStatistics() override;

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
};

}  // namespace pleat
