// Batch normalisation and SiLU in one layer, with statistics over all ranks of a group.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"
#include "worker/model/model.h"

namespace pleat {

// SiLU(weight · (x - mean) / sqrt(variance + 1e-3) + bias) per channel (Ioffe and Szegedy 2015), as
// Keras has it: running = 0.99 running + 0.01 batch, both variances biased. In training mean and
// variance are those of the global batch: the ranks' (count, mean, M2) are merged in rank order
// (Chan et al. 1979), and the backward pass sums its two reductions over the ranks. Outside
// training they are the running ones.
class BatchNormSilu {
 public:
  // Adds "<name>.weight", "<name>.bias" and the statistics "<name>.running_mean",
  // "<name>.running_var", all [channels], to `parameters`, which must outlive the layer.
  BatchNormSilu(FlatParameters& parameters, const std::string& name, int64_t channels);

  // [n, channels] or [n, channels, h, w] in channels_last memory → the same shape. Every rank of
  // context.statistics must call it, and must run backward if one does. Throws c10::Error when a
  // collective fails.
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context);

  // Moves the running statistics by the last training pass; once per pass.
  void CommitStatistics();

 private:
  FlatParameters* parameters_;
  int64_t weight_;
  int64_t bias_;
  int64_t running_mean_;
  int64_t running_var_;
  // Of the last training pass, [channels] in double; undefined after CommitStatistics.
  at::Tensor batch_mean_;
  at::Tensor batch_var_;
};

}  // namespace pleat
