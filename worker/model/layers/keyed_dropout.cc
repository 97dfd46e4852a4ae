#include "worker/model/layers/keyed_dropout.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "worker/model/layers/dropout_mask.h"

namespace pleat {
namespace {

// Writes a row's mask, given in [channels, positions] order, in [positions, channels] order.
template <typename T>
void WriteTransposed(const uint8_t* keep, int64_t channels, int64_t positions, T scale, T* mask) {
  for (int64_t position = 0; position < positions; ++position) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      *mask++ = keep[channel * positions + position] ? scale : T{0};
    }
  }
}

}  // namespace

KeyedDropout::KeyedDropout(uint32_t layer, double p)
    : layer_(layer),
      threshold_(
          std::min(static_cast<uint32_t>(std::lround(p * kDropoutSteps)), kDropoutSteps - 1)) {}

at::Tensor KeyedDropout::Forward(const at::Tensor& inputs, const ForwardContext& context) const {
  if (!context.training || threshold_ == 0) return inputs;
  const int64_t rows = inputs.size(0);
  TORCH_CHECK(static_cast<int64_t>(context.row_ids.size()) == rows, "dropout needs the ids of ",
              rows, " rows, got ", context.row_ids.size());
  const int64_t channels = inputs.size(1);
  const int64_t positions = rows == 0 ? 0 : inputs.numel() / rows / channels;
  const double scale = static_cast<double>(kDropoutSteps) / (kDropoutSteps - threshold_);

  at::Tensor mask =
      at::empty(inputs.sizes(), inputs.options().device(at::kCPU),
                inputs.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
  AT_DISPATCH_FLOATING_TYPES(mask.scalar_type(), "keyed_dropout", [&] {
    scalar_t* values = mask.mutable_data_ptr<scalar_t>();
    at::parallel_for(0, rows, 1, [&](int64_t begin, int64_t end) {
      std::vector<uint8_t> keep(channels * positions);
      for (int64_t row = begin; row < end; ++row) {
        FillDropoutMask({.key = context.key,
                         .layer = layer_,
                         .epoch = context.epoch,
                         .row = static_cast<uint64_t>(context.row_ids[row])},
                        threshold_, channels * positions, keep.data());
        WriteTransposed(keep.data(), channels, positions, static_cast<scalar_t>(scale),
                        values + row * channels * positions);
      }
    });
  });
  return inputs * mask.to(inputs.device());
}

}  // namespace pleat
