// Dropout masks on a GPU; plain types, so that nvcc reads nothing else of Pleat.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace pleat {

// Masks of `rows` data-set rows with `channels` x `positions` elements each.
struct DeviceDropoutArguments {
  uint64_t layer_key;  // DropoutKey() of dropout_mask.h
  uint32_t epoch;
  uint32_t threshold;
  const int64_t* row_ids;  // [rows] in GPU memory
  int64_t rows, channels, positions;
  double scale;  // what stays is multiplied by
};

// Starts filling `mask` [rows, positions, channels] in GPU memory with `scale` or 0: the elements
// that FillDropoutMask keeps, which counts them in [channels, positions] order. T: float or double.
template <typename T>
cudaError_t LaunchDropoutMask(const DeviceDropoutArguments& arguments, T* mask,
                              cudaStream_t stream);

}  // namespace pleat
