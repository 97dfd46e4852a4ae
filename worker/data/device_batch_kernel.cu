#include "worker/data/device_batch_kernel.h"

namespace pleat {
namespace {

constexpr int kThreads = 256;

// One image as if inside an endless frame of zeros; positions are counted from one pixel before its
// corner, as in the CPU's FillBatch.
template <typename T>
struct FramedPixels {
  const uint8_t* pixels;
  int64_t height, width, channels;
  double scale;

  __device__ T At(int64_t y, int64_t x, int64_t channel) const {
    if (y < 1 || y > height || x < 1 || x > width) return 0;
    const uint8_t byte = pixels[((y - 1) * width + (x - 1)) * channels + channel];
    return static_cast<T>(static_cast<double>(byte) / scale);
  }

  // The same operations in the same order as on the CPU, so that batches have the same bits.
  __device__ T Interpolate(T y, T x, int64_t channel) const {
    const auto left = static_cast<int64_t>(x);
    const auto top = static_cast<int64_t>(y);
    const T to_right = x - static_cast<T>(left);
    const T to_bottom = y - static_cast<T>(top);
    const T upper_left = At(top, left, channel), upper_right = At(top, left + 1, channel);
    const T lower_left = At(top + 1, left, channel), lower_right = At(top + 1, left + 1, channel);
    const T above = upper_left + to_right * (upper_right - upper_left);
    const T below = lower_left + to_right * (lower_right - lower_left);
    return above + to_bottom * (below - above);
  }
};

// To [0, high]; what is not a number becomes `high`, as on the CPU.
template <typename T>
__device__ T Clamp(T value, T high) {
  const T below = value < high ? value : high;
  return below > 0 ? below : 0;
}

// Where output pixel (x, y) reads on one axis, as a position in the frame; `m` is that axis's row
// of the map, `size` the image's extent.
template <typename T>
__device__ T FramePosition(const double* m, T x, T y, int64_t size) {
  const T start = static_cast<T>(m[1]) * y + static_cast<T>(m[2]);
  return Clamp<T>(static_cast<T>(m[0]) * x + start + 1, static_cast<T>(size) + 1);
}

// One thread per output number.
template <typename T>
__global__ void FillBatchKernel(DeviceBatchArguments a, T* out) {
  const int64_t row_size = a.height * a.width * a.channels;
  const int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i >= a.batch * row_size) return;
  const int64_t row = i / row_size;
  const int64_t channel = i % a.channels;
  const int64_t x = i / a.channels % a.width;
  const int64_t y = i / (a.channels * a.width) % a.height;
  const FramedPixels<T> image{a.pixels + a.row_ids[row] * row_size, a.height, a.width, a.channels,
                              a.scale};
  if (a.map_count == 0) {
    out[i] = image.At(y + 1, x + 1, channel);
    return;
  }
  const double* map = a.maps + (a.map_count == 1 ? 0 : row) * 6;
  const T x_in = FramePosition<T>(map, x, y, a.width);
  const T y_in = FramePosition<T>(map + 3, x, y, a.height);
  out[i] = image.Interpolate(y_in, x_in, channel);
}

}  // namespace

template <typename T>
cudaError_t LaunchFillBatch(const DeviceBatchArguments& arguments, T* out, cudaStream_t stream) {
  const int64_t numbers = arguments.batch * arguments.height * arguments.width * arguments.channels;
  if (numbers == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>((numbers + kThreads - 1) / kThreads);
  FillBatchKernel<T><<<blocks, kThreads, 0, stream>>>(arguments, out);
  return cudaGetLastError();
}

template cudaError_t LaunchFillBatch<float>(const DeviceBatchArguments&, float*, cudaStream_t);
template cudaError_t LaunchFillBatch<double>(const DeviceBatchArguments&, double*, cudaStream_t);

}  // namespace pleat
