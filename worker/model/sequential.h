// Networks that are lists of layers in a sweep's YAML.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/model.h"

namespace pleat {

// The layers in order, then a dense layer to the classes. Batch norm right before SiLU becomes one
// layer with it. Tensors are named by the layer's number, counted from 0, and its kind:
// "0.conv.weight", "1.batch_norm.running_mean", "7.se.squeeze.bias"; inside a residual
// "4.residual.0.conv.weight", on its skip "4.residual.skip.weight"; those of the last layer
// "logits.weight" and "logits.bias". Dropout layers are told apart by how many came before. Not yet
// allocated. INVALID_ARGUMENT names the layer that does not fit by its path:
// "model.sequential[3].pool: windows of 4x4 do not fit inputs of 16x3x3".
absl::StatusOr<std::unique_ptr<Model>> MakeSequential(const v1::SequentialSpec& spec,
                                                      const ModelShape& shape, uint64_t key);

}  // namespace pleat
