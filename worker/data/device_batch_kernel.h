// The kernel behind DeviceDataset; plain types, so that nvcc reads nothing else of Pleat.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace pleat {

// Pointers are to GPU memory.
struct DeviceBatchArguments {
  const uint8_t* pixels;  // [rows, height, width, channels]
  int64_t height, width, channels;
  const int64_t* row_ids;  // [batch]
  int64_t batch;
  const double* maps;  // [map_count, 6] output to input pixel centres
  int64_t map_count;   // 0: the identity; 1: one map for all rows; else batch
  double scale;        // what bytes are divided by
};

// Starts filling `out` [batch, height, width, channels]. T: float or double.
template <typename T>
cudaError_t LaunchFillBatch(const DeviceBatchArguments& arguments, T* out, cudaStream_t stream);

}  // namespace pleat
