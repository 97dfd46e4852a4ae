// The convolutional network of the Kannada-MNIST notebook, with its sizes as fields.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/model.h"

namespace pleat {

// With w = width:
//   stage1, stage2   depth × [conv 3x3, batch norm, SiLU] at w and 2w; max-pool 2; dropout
//   stage3           conv 4w, batch norm, SiLU; squeeze-and-excite; conv 4w, batch norm, SiLU;
//                    dropout
//   head             flatten; dense, batch norm, SiLU of each width; dense
// Tensors are named "stage1.conv1.weight", "stage1.conv1.norm.running_mean",
// "stage3.excite.squeeze.bias", "dense1.norm.weight", "logits.bias". Not yet allocated.
// INVALID_ARGUMENT: a width or the ratio is 0, or the inputs vanish in the two pools.
absl::StatusOr<std::unique_ptr<Model>> MakeSeCnn(const v1::SeCnnSpec& spec, const ModelShape& shape,
                                                 uint64_t key);

}  // namespace pleat
