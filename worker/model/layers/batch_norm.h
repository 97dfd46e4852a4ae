// Batch normalisation with statistics over all ranks of a group; with SiLU in the same layer if
// asked.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "worker/model/flat_parameters.h"
#include "worker/model/layers/batch_norm_kernels.h"
#include "worker/model/layers/layer.h"

namespace pleat {

// after(weight · (x - mean) / sqrt(variance + 1e-3) + bias) per channel (Ioffe and Szegedy 2015),
// as Keras has it: running = 0.99 running + 0.01 batch, both variances biased. In training mean and
// variance are those of the global batch: the ranks' (count, mean, M2) are merged in rank order
// (Chan et al. 1979), and the backward pass sums its two reductions over the ranks. Outside
// training they are the running ones.
class BatchNorm : public Layer {
 public:
  // Adds "<name>.weight", "<name>.bias" and the statistics "<name>.running_mean",
  // "<name>.running_var", all [channels], to `parameters`.
  BatchNorm(FlatParameters& parameters, const std::string& name, int64_t channels, AfterNorm after);

  // [n, channels] or [n, channels, h, w] in channels_last memory → the same shape. Every rank of
  // context.statistics must call it, and must run backward if one does. Throws c10::Error when a
  // collective fails.
  at::Tensor Forward(const at::Tensor& inputs, const ForwardContext& context) override;

  // Moves the running statistics by the last training pass; once per pass.
  void CommitStatistics() override;

 private:
  FlatParameters* parameters_;
  AfterNorm after_;
  int64_t weight_;
  int64_t bias_;
  int64_t running_mean_;
  int64_t running_var_;
  // Of the last training pass, [channels] in double; undefined after CommitStatistics.
  at::Tensor batch_mean_;
  at::Tensor batch_var_;
};

}  // namespace pleat
