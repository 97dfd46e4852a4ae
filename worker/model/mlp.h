// A fully connected network.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/layers/dense_head.h"
#include "worker/model/model.h"

namespace pleat {

// Flatten; dense, batch norm, SiLU, dropout of each width; dense. Tensors are named as DenseHead
// says.
class Mlp : public Model {
 public:
  // Not yet allocated.
  Mlp(const v1::MlpSpec& spec, const ModelShape& shape, uint64_t key);

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;
  void CommitStatistics() override;

 private:
  DenseHead head_;
};

}  // namespace pleat
