// optimizer.safetensors: what training holds beside the weights that count, cut up by parameter.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "worker/model/flat_parameters.h"
#include "worker/train/optimizer.h"
#include "worker/train/weight_average.h"

namespace pleat {

// The bytes of a file with one tensor "<parameter>/<buffer>" per parameter and buffer, shaped like
// the parameter, in logical order and the parameters' type; and, unless `average` is null, with the
// weights that are trained, "<parameter>/trained" and "<statistic>/trained". `average` is exchanged
// with the model's, so that it has them.
std::string EncodeOptimizer(const FlatParameters& parameters, const Optimizer& optimizer,
                            WeightAverage* average);

// Copies them from such a file. INVALID_ARGUMENT if it does not hold exactly these tensors.
absl::Status DecodeOptimizer(std::string_view bytes, const FlatParameters& parameters,
                             Optimizer& optimizer, WeightAverage* average);

}  // namespace pleat
