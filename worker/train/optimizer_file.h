// optimizer.safetensors: an optimizer's buffers, cut up by parameter.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "worker/model/flat_parameters.h"
#include "worker/train/optimizer.h"

namespace pleat {

// The bytes of a file with one tensor "<parameter>/<buffer>" per parameter and buffer, shaped like
// the parameter, in logical order and the parameters' type.
std::string EncodeOptimizer(const FlatParameters& parameters, const Optimizer& optimizer);

// Copies the buffers from such a file. INVALID_ARGUMENT if it does not hold exactly these tensors.
absl::Status DecodeOptimizer(std::string_view bytes, const FlatParameters& parameters,
                             Optimizer& optimizer);

}  // namespace pleat
