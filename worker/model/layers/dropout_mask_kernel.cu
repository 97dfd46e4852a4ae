#include "worker/model/layers/dropout_mask_kernel.h"
#include "worker/model/layers/dropout_philox.h"

namespace pleat {
namespace {

constexpr int kThreads = 256;

// Whether `element` of the data-set row `row` stays.
__device__ bool Keeps(const DeviceDropoutArguments& a, uint64_t row, int64_t element) {
  uint32_t words[4] = {static_cast<uint32_t>(element / kElementsPerBlock),
                       static_cast<uint32_t>(row), a.epoch, static_cast<uint32_t>(row >> 32)};
  uint32_t key_low = static_cast<uint32_t>(a.layer_key);
  uint32_t key_high = static_cast<uint32_t>(a.layer_key >> 32);
  for (int round = 0; round < kPhiloxRounds; ++round) {
    PhiloxRound(key_low, key_high, words[0], words[1], words[2], words[3]);
    key_low += kPhiloxKeyStepLow;
    key_high += kPhiloxKeyStepHigh;
  }
  const uint32_t word = words[element % kElementsPerBlock / 2];
  return element % 2 == 0 ? KeepsFirst(word, a.threshold) : KeepsSecond(word, a.threshold);
}

// One thread per element, in the order of memory: a block computed eight times costs less than
// writes that jump from channel to channel.
template <typename T>
__global__ void DropoutMaskKernel(DeviceDropoutArguments a, T* mask) {
  const int64_t row_size = a.channels * a.positions;
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= a.rows * row_size) return;
  const int64_t channel = i % a.channels;
  const int64_t position = i / a.channels % a.positions;
  const auto row = static_cast<uint64_t>(a.row_ids[i / row_size]);
  mask[i] = Keeps(a, row, channel * a.positions + position) ? static_cast<T>(a.scale) : T{0};
}

}  // namespace

template <typename T>
cudaError_t LaunchDropoutMask(const DeviceDropoutArguments& arguments, T* mask,
                              cudaStream_t stream) {
  const int64_t elements = arguments.rows * arguments.channels * arguments.positions;
  if (elements == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>((elements + kThreads - 1) / kThreads);
  DropoutMaskKernel<T><<<blocks, kThreads, 0, stream>>>(arguments, mask);
  return cudaGetLastError();
}

template cudaError_t LaunchDropoutMask<float>(const DeviceDropoutArguments&, float*, cudaStream_t);
template cudaError_t LaunchDropoutMask<double>(const DeviceDropoutArguments&, double*,
                                               cudaStream_t);

}  // namespace pleat
