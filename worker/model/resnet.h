// A residual network for images of any size.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/model.h"

namespace pleat {

// The form for small images of He et al. 2015 (section 4.2), with SiLU wherever they have ReLU:
//   stem             conv 3x3, batch norm, SiLU
//   stage s = 1, 2…  blocks at width · 2^(s-1) channels; the first of each stage but stage 1 has
//                    stride 2
//   head             mean of each channel, dropout, dense
// A block is conv 3x3, batch norm, SiLU, conv 3x3, batch norm; plus its input, which goes through
// conv 1x1 and batch norm where the shapes differ; SiLU. Tensors are named "stem.weight",
// "stage2.block1.conv1.norm.running_var", "stage2.block1.skip.weight", "logits.bias". Not yet
// allocated. INVALID_ARGUMENT: the width is 0.
absl::StatusOr<std::unique_ptr<Model>> MakeResNet(const v1::ResNetSpec& spec,
                                                  const ModelShape& shape, uint64_t key);

}  // namespace pleat
