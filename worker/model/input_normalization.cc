#include "worker/model/input_normalization.h"

namespace pleat {
namespace {

void Fill(const at::Tensor& statistic, std::span<const double> values) {
  statistic.copy_(at::tensor(at::ArrayRef<double>(values.data(), values.size()), at::kDouble));
}

}  // namespace

InputNormalization::InputNormalization(FlatParameters& parameters, int64_t channels)
    : parameters_(parameters),
      mean_(parameters.AddStatistic("input.mean", {channels}, 0)),
      deviation_(parameters.AddStatistic("input.deviation", {channels}, 1)) {}

void InputNormalization::Set(std::span<const double> mean, std::span<const double> deviation) {
  Fill(parameters_.statistics()[mean_].tensor, mean);
  Fill(parameters_.statistics()[deviation_].tensor, deviation);
}

at::Tensor InputNormalization::Apply(const at::Tensor& inputs) const {
  const auto per_channel = [&](int64_t statistic) {
    return parameters_.statistics()[statistic].tensor.view({1, -1, 1, 1});
  };
  return inputs.sub(per_channel(mean_)).div_(per_channel(deviation_));
}

}  // namespace pleat
