#include "worker/model/layers/keyed_dropout.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "worker/model/layers/dropout_mask.h"
#ifdef PLEAT_CUDA
#include <c10/cuda/CUDAStream.h>

#include "worker/distributed/cuda_status.h"
#include "worker/model/layers/dropout_mask_kernel.h"
#endif

namespace pleat {
namespace {

// What the elements that stay are multiplied by, 1 / (1 - p).
double Scale(uint32_t threshold) {
  return static_cast<double>(kDropoutSteps) / (kDropoutSteps - threshold);
}

// Writes a row's mask, given in [channels, positions] order, in [positions, channels] order.
template <typename T>
void WriteTransposed(const uint8_t* keep, int64_t channels, int64_t positions, T scale, T* mask) {
  for (int64_t position = 0; position < positions; ++position) {
    for (int64_t channel = 0; channel < channels; ++channel) {
      *mask++ = keep[channel * positions + position] ? scale : T{0};
    }
  }
}

// An uninitialised mask for `inputs`; its memory is in [rows, positions, channels] order.
at::Tensor EmptyMask(const at::Tensor& inputs) {
  return at::empty(
      inputs.sizes(), inputs.options(),
      inputs.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

int64_t Positions(const at::Tensor& inputs) {
  return inputs.numel() == 0 ? 0 : inputs.numel() / inputs.size(0) / inputs.size(1);
}

at::Tensor HostMask(const at::Tensor& inputs, const ForwardContext& context, uint32_t layer,
                    uint32_t threshold) {
  const int64_t channels = inputs.size(1);
  const int64_t positions = Positions(inputs);
  at::Tensor mask = EmptyMask(inputs);
  AT_DISPATCH_FLOATING_TYPES(mask.scalar_type(), "keyed_dropout", [&] {
    scalar_t* values = mask.mutable_data_ptr<scalar_t>();
    at::parallel_for(0, inputs.size(0), 1, [&](int64_t begin, int64_t end) {
      std::vector<uint8_t> keep(channels * positions);
      for (int64_t row = begin; row < end; ++row) {
        FillDropoutMask({.key = context.key,
                         .layer = layer,
                         .epoch = context.epoch,
                         .row = static_cast<uint64_t>(context.row_ids[row])},
                        threshold, channels * positions, keep.data());
        WriteTransposed(keep.data(), channels, positions, static_cast<scalar_t>(Scale(threshold)),
                        values + row * channels * positions);
      }
    });
  });
  return mask;
}

#ifdef PLEAT_CUDA
at::Tensor DeviceMask(const at::Tensor& inputs, const ForwardContext& context, uint32_t layer,
                      uint32_t threshold) {
  const at::Tensor row_ids =
      at::tensor(at::ArrayRef<int64_t>(context.row_ids.data(), context.row_ids.size()), at::kLong)
          .to(inputs.device());
  const DeviceDropoutArguments arguments{.layer_key = DropoutKey(context.key, layer),
                                         .epoch = context.epoch,
                                         .threshold = threshold,
                                         .row_ids = row_ids.const_data_ptr<int64_t>(),
                                         .rows = inputs.size(0),
                                         .channels = inputs.size(1),
                                         .positions = Positions(inputs),
                                         .scale = Scale(threshold)};
  at::Tensor mask = EmptyMask(inputs);
  AT_DISPATCH_FLOATING_TYPES(mask.scalar_type(), "keyed_dropout", [&] {
    const absl::Status launched =
        CudaStatus(LaunchDropoutMask(arguments, mask.mutable_data_ptr<scalar_t>(),
                                     c10::cuda::getCurrentCUDAStream()),
                   "make a dropout mask");
    TORCH_CHECK(launched.ok(), launched.ToString());
  });
  return mask;
}
#endif

at::Tensor Mask(const at::Tensor& inputs, const ForwardContext& context, uint32_t layer,
                uint32_t threshold) {
#ifdef PLEAT_CUDA
  if (inputs.is_cuda()) return DeviceMask(inputs, context, layer, threshold);
#endif
  return HostMask(inputs, context, layer, threshold);
}

}  // namespace

KeyedDropout::KeyedDropout(uint32_t layer, double p)
    : layer_(layer),
      threshold_(
          std::min(static_cast<uint32_t>(std::lround(p * kDropoutSteps)), kDropoutSteps - 1)) {}

at::Tensor KeyedDropout::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  if (!context.training || threshold_ == 0) return inputs;
  TORCH_CHECK(std::ssize(context.row_ids) == inputs.size(0), "dropout needs the ids of ",
              inputs.size(0), " rows, got ", context.row_ids.size());
  return inputs * Mask(inputs, context, layer_, threshold_);
}

}  // namespace pleat
