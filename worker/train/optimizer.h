// Update rules on flat buffers.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/sweep.pb.h"

namespace pleat {

// One of an optimizer's buffers: `values` [n] lies like the parameters.
struct OptimizerBuffer {
  std::string name;  // "mean_square"
  at::Tensor values;
};

// One thread uses an optimizer at a time. Updates are element by element in the parameters' type,
// so neither threads nor the vector width change a bit.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // Updates `values` [n] in place by `gradient` [n]. `step` counts from 1.
  virtual void Step(at::Tensor& values, const at::Tensor& gradient, double lr, int64_t step) = 0;
  // All of the state, for checkpoints; the tensors may be written into.
  virtual std::vector<OptimizerBuffer> buffers() const = 0;
};

// The optimizer that `spec` describes, with buffers like `values` [n], zero.
std::unique_ptr<Optimizer> MakeOptimizer(const v1::OptimizerSpec& spec, const at::Tensor& values);

// The learning rate that `spec` starts from.
double BaseLearningRate(const v1::OptimizerSpec& spec);

}  // namespace pleat
