// What is done to inputs before the first layer.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <span>

#include "worker/model/flat_parameters.h"

namespace pleat {

// (x - mean) / deviation of each channel. Both are statistics of the model, "input.mean" and
// "input.deviation" [channels], so they are saved with the weights and come back with them; nothing
// trains them. One thread uses it at a time.
class InputNormalization {
 public:
  // Adds the statistics, 0 and 1, to `parameters`, which are not yet allocated and outlive this.
  InputNormalization(FlatParameters& parameters, int64_t channels);

  // [channels] each; deviations are above 0.
  void Set(std::span<const double> mean, std::span<const double> deviation);
  // `inputs` [batch, channels, height, width], in a tensor of their own with the same strides.
  at::Tensor Apply(const at::Tensor& inputs) const;

 private:
  FlatParameters& parameters_;
  const int64_t mean_;       // in the statistics
  const int64_t deviation_;  // in the statistics
};

}  // namespace pleat
