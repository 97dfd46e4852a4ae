// The loops of batch norm, with SiLU behind it or not, over one block of NHWC memory: [rows,
// channels], channels contiguous. Each has a float and a double form; vectorised for the machine at
// hand, without fused multiply-add, so that every instruction set gives the same bits.
#pragma once

#include <cstdint>

namespace pleat {

// y = x * scale + shift; xhat = (x - mean) * inverse_deviation. One number per channel each.
template <typename T>
struct NormCoefficients {
  const T* scale;
  const T* shift;
  const T* mean;
  const T* inverse_deviation;
};

// What follows the normalisation in the same pass over memory.
enum class AfterNorm {
  kNothing,  // after(y) = y
  kSilu,     // after(y) = y sigmoid(y)
};

// mean[c] and m2[c], the sum of squared differences from it, of the block's columns.
void BlockMoments(const float* x, int64_t rows, int64_t channels, double* mean, double* m2);
void BlockMoments(const double* x, int64_t rows, int64_t channels, double* mean, double* m2);

// out = after(y), y = x * scale + shift.
void BlockNormalize(const float* x, int64_t rows, int64_t channels, AfterNorm after,
                    const float* scale, const float* shift, float* out);
void BlockNormalize(const double* x, int64_t rows, int64_t channels, AfterNorm after,
                    const double* scale, const double* shift, double* out);

// First half of the backward pass: dy = dout * after'(y), and its column sums
// sum_dy[c] = Σ dy, sum_dy_xhat[c] = Σ dy * xhat.
void BlockAfterNormBackward(const float* dout, const float* x, int64_t rows, int64_t channels,
                            AfterNorm after, const NormCoefficients<float>& norm, float* dy,
                            double* sum_dy, double* sum_dy_xhat);
void BlockAfterNormBackward(const double* dout, const double* x, int64_t rows, int64_t channels,
                            AfterNorm after, const NormCoefficients<double>& norm, double* dy,
                            double* sum_dy, double* sum_dy_xhat);

// Second half, in place: dx = scale * (dy - mean_dy - xhat * mean_dy_xhat), with the means over the
// whole batch.
void BlockNormBackward(const float* x, int64_t rows, int64_t channels,
                       const NormCoefficients<float>& norm, const float* mean_dy,
                       const float* mean_dy_xhat, float* dy_to_dx);
void BlockNormBackward(const double* x, int64_t rows, int64_t channels,
                       const NormCoefficients<double>& norm, const double* mean_dy,
                       const double* mean_dy_xhat, double* dy_to_dx);

}  // namespace pleat
