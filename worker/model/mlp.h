// A fully connected network.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/model.h"

namespace pleat {

// Flatten; dense, batch norm, SiLU, dropout of each width; dense. Tensors are named
// "dense1.weight", "dense1.norm.running_mean", "logits.bias". Not yet allocated. INVALID_ARGUMENT:
// a width is 0.
absl::StatusOr<std::unique_ptr<Model>> MakeMlp(const v1::MlpSpec& spec, const ModelShape& shape,
                                               uint64_t key);

}  // namespace pleat
