// A skip connection (He et al. 2015).
#pragma once

#include <memory>

#include "worker/model/layers/layer.h"

namespace pleat {

// y = inside(x) + skip(x), which have one shape.
class Residual : public Layer {
 public:
  // `skip` null: x itself.
  Residual(std::unique_ptr<Layer> inside, std::unique_ptr<Layer> skip);

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;
  void CommitStatistics() override;

 private:
  std::unique_ptr<Layer> inside_;
  std::unique_ptr<Layer> skip_;
};

}  // namespace pleat
