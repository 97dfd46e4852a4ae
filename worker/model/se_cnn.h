// The convolutional network of the Kannada-MNIST notebook, with its sizes as fields.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/layers/dense_head.h"
#include "worker/model/layers/keyed_dropout.h"
#include "worker/model/layers/normalized.h"
#include "worker/model/layers/squeeze_excite.h"
#include "worker/model/model.h"

namespace pleat {

// With w = width:
//   stage1, stage2   depth × [conv 3x3, batch norm, SiLU] at w and 2w; max-pool 2; dropout
//   stage3           conv 4w, batch norm, SiLU; squeeze-and-excite; conv 4w, batch norm, SiLU;
//                    dropout
//   head             flatten; dense, batch norm, SiLU of each width; dense
// Tensors are named "stage1.conv1.weight", "stage1.conv1.norm.running_mean",
// "stage3.excite.squeeze.bias"; those of the head as DenseHead says.
class SeCnn : public Model {
 public:
  // Not yet allocated. INVALID_ARGUMENT: a size is 0, or the inputs vanish in the two pools.
  static absl::StatusOr<std::unique_ptr<Model>> Create(const v1::SeCnnSpec& spec,
                                                       const ModelShape& shape, uint64_t key);

  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;
  void CommitStatistics() override;

 private:
  using Stage = std::vector<Normalized<Conv2d>>;

  SeCnn(const v1::SeCnnSpec& spec, const ModelShape& shape, uint64_t key);

  Stage stage1_;
  KeyedDropout dropout1_;
  Stage stage2_;
  KeyedDropout dropout2_;
  Normalized<Conv2d> before_excite_;
  SqueezeExcite excite_;
  Normalized<Conv2d> after_excite_;
  KeyedDropout dropout3_;
  DenseHead head_;
};

}  // namespace pleat
