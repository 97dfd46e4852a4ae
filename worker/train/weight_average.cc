#include "worker/train/weight_average.h"

#include <algorithm>

#include "worker/train/flat_loop.h"
#include "worker/train/optimizer_kernels.h"

namespace pleat {
namespace {

void MoveTowards(const at::Tensor& values, double share, at::Tensor& average) {
  if (!values.is_cpu()) {
    average.add_((values - average).mul_(share));
    return;
  }
  ForEachPiece(values, [&](auto zero, int64_t begin, int64_t end) {
    using T = decltype(zero);
    AverageLoop(static_cast<T>(share), end - begin, values.const_data_ptr<T>() + begin,
                average.mutable_data_ptr<T>() + begin);
  });
}

void Swap(at::Tensor& a, at::Tensor& b) {
  const at::Tensor kept = a.clone();
  a.copy_(b);
  b.copy_(kept);
}

}  // namespace

WeightAverage::WeightAverage(const v1::EmaSpec& spec, FlatParameters& weights)
    : decay_(spec.decay()) {
  Reset(weights);
}

void WeightAverage::Reset(FlatParameters& weights) {
  values_ = weights.values().clone();
  statistic_values_ = weights.statistic_values().clone();
}

void WeightAverage::Follow(FlatParameters& weights, int64_t step) {
  const auto t = static_cast<double>(step);
  const double share = 1 - std::min(decay_, (1 + t) / (10 + t));
  MoveTowards(weights.values(), share, values_);
  MoveTowards(weights.statistic_values(), share, statistic_values_);
}

void WeightAverage::Exchange(FlatParameters& weights) {
  Swap(weights.values(), values_);
  Swap(weights.statistic_values(), statistic_values_);
}

}  // namespace pleat
