// An exponential moving average of a model's weights (Polyak and Juditsky 1992).
#pragma once

#include <torch/types.h>

#include <cstdint>

#include "proto/sweep.pb.h"
#include "worker/model/flat_parameters.h"

namespace pleat {

// average += (1 - decay) (weights - average) after each step, for parameters and batch norm's
// statistics alike. So that the first weights are soon forgotten, the decay of step t, counted from
// 1, is at most (1 + t) / (10 + t). One thread; every rank of a group keeps the same bits.
class WeightAverage {
 public:
  // Begins with the weights as they are.
  WeightAverage(const v1::EmaSpec& spec, FlatParameters& weights);

  // Begins anew.
  void Reset(FlatParameters& weights);
  // Moves by what step `step`, counted from 1, made of the weights.
  void Follow(FlatParameters& weights, int64_t step);
  // Swaps the two: the model then has the average, and this the weights that are trained.
  void Exchange(FlatParameters& weights);

  // Laid out as FlatParameters' buffers; may be written into.
  at::Tensor& values() { return values_; }
  at::Tensor& statistic_values() { return statistic_values_; }

 private:
  const double decay_;
  at::Tensor values_;
  at::Tensor statistic_values_;
};

}  // namespace pleat
