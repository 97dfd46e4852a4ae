#include "worker/model/layers/batch_norm_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "common/base/target_clones.h"

namespace pleat {
namespace {

// Columns whose sums are kept on the stack at a time.
constexpr int64_t kTile = 64;

// Cephes' expf: |relative error| < 2e-7. std::exp would keep the loops from being vectorised.
PLEAT_INLINE float Exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
  const float shifted = x * 1.44269504088896341f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const uint32_t power = (std::bit_cast<uint32_t>(shifted) << 23) + std::bit_cast<uint32_t>(1.0f);
  return p * std::bit_cast<float>(power);
}
PLEAT_INLINE double Exp(double x) { return std::exp(x); }

template <typename T>
PLEAT_INLINE T Sigmoid(T x) {
  return T{1} / (T{1} + Exp(-x));
}

// Moments of `width` columns, width ≤ kTile. Two passes: the block is small enough to stay in
// cache.
template <typename T>
PLEAT_INLINE void TileMoments(const T* __restrict x, int64_t rows, int64_t channels, int64_t width,
                              double* __restrict mean, double* __restrict m2) {
  T sum[kTile] = {};
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < width; ++c) sum[c] += x[row * channels + c];
  }
  T center[kTile] = {};
  for (int64_t c = 0; c < width; ++c) center[c] = sum[c] / static_cast<T>(rows);
  T squares[kTile] = {};
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < width; ++c) {
      const T difference = x[row * channels + c] - center[c];
      squares[c] += difference * difference;
    }
  }
  for (int64_t c = 0; c < width; ++c) {
    mean[c] = center[c];
    m2[c] = squares[c];
  }
}

template <typename T>
PLEAT_INLINE void Moments(const T* x, int64_t rows, int64_t channels, double* mean, double* m2) {
  for (int64_t c = 0; c < channels; c += kTile) {
    // A constant width lets the compiler keep a whole tile's sums in registers.
    if (channels - c >= kTile) {
      TileMoments(x + c, rows, channels, kTile, mean + c, m2 + c);
    } else {
      TileMoments(x + c, rows, channels, channels - c, mean + c, m2 + c);
    }
  }
}

template <AfterNorm kAfter, typename T>
PLEAT_INLINE T After(T y) {
  if constexpr (kAfter == AfterNorm::kSilu) return y * Sigmoid(y);
  return y;
}

// after'(y).
template <AfterNorm kAfter, typename T>
PLEAT_INLINE T AfterSlope(T y) {
  if constexpr (kAfter == AfterNorm::kNothing) return T{1};
  const T gate = Sigmoid(y);
  return gate * (T{1} + y * (T{1} - gate));
}

template <AfterNorm kAfter, typename T>
PLEAT_INLINE void Normalize(const T* __restrict x, int64_t rows, int64_t channels,
                            const T* __restrict scale, const T* __restrict shift,
                            T* __restrict out) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < channels; ++c) {
      const T y = x[row * channels + c] * scale[c] + shift[c];
      out[row * channels + c] = After<kAfter>(y);
    }
  }
}

template <AfterNorm kAfter, typename T>
PLEAT_INLINE void TileAfterNormBackward(const T* __restrict dout, const T* __restrict x,
                                        int64_t rows, int64_t channels, int64_t width,
                                        const T* __restrict scale, const T* __restrict shift,
                                        const T* __restrict mean,
                                        const T* __restrict inverse_deviation, T* __restrict dy,
                                        double* __restrict sum_dy, double* __restrict sum_dy_xhat) {
  T sum[kTile] = {};
  T product_sum[kTile] = {};
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < width; ++c) {
      const int64_t i = row * channels + c;
      const T y = x[i] * scale[c] + shift[c];
      const T gradient = dout[i] * AfterSlope<kAfter>(y);
      dy[i] = gradient;
      sum[c] += gradient;
      product_sum[c] += gradient * ((x[i] - mean[c]) * inverse_deviation[c]);
    }
  }
  for (int64_t c = 0; c < width; ++c) {
    sum_dy[c] = sum[c];
    sum_dy_xhat[c] = product_sum[c];
  }
}

template <AfterNorm kAfter, typename T>
PLEAT_INLINE void AfterNormBackward(const T* dout, const T* x, int64_t rows, int64_t channels,
                                    const NormCoefficients<T>& norm, T* dy, double* sum_dy,
                                    double* sum_dy_xhat) {
  for (int64_t c = 0; c < channels; c += kTile) {
    const int64_t width = std::min(kTile, channels - c);
    TileAfterNormBackward<kAfter>(dout + c, x + c, rows, channels, width, norm.scale + c,
                                  norm.shift + c, norm.mean + c, norm.inverse_deviation + c, dy + c,
                                  sum_dy + c, sum_dy_xhat + c);
  }
}

template <typename T>
PLEAT_INLINE void NormBackward(const T* __restrict x, int64_t rows, int64_t channels,
                               const T* __restrict scale, const T* __restrict mean,
                               const T* __restrict inverse_deviation, const T* __restrict mean_dy,
                               const T* __restrict mean_dy_xhat, T* __restrict dy_to_dx) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t i = row * channels + c;
      const T xhat = (x[i] - mean[c]) * inverse_deviation[c];
      dy_to_dx[i] = scale[c] * (dy_to_dx[i] - mean_dy[c] - xhat * mean_dy_xhat[c]);
    }
  }
}

}  // namespace

PLEAT_TARGET_CLONES void BlockMoments(const float* x, int64_t rows, int64_t channels, double* mean,
                                      double* m2) {
  Moments(x, rows, channels, mean, m2);
}
PLEAT_TARGET_CLONES void BlockMoments(const double* x, int64_t rows, int64_t channels, double* mean,
                                      double* m2) {
  Moments(x, rows, channels, mean, m2);
}

PLEAT_TARGET_CLONES void BlockNormalize(const float* x, int64_t rows, int64_t channels,
                                        AfterNorm after, const float* scale, const float* shift,
                                        float* out) {
  after == AfterNorm::kSilu ? Normalize<AfterNorm::kSilu>(x, rows, channels, scale, shift, out)
                            : Normalize<AfterNorm::kNothing>(x, rows, channels, scale, shift, out);
}
PLEAT_TARGET_CLONES void BlockNormalize(const double* x, int64_t rows, int64_t channels,
                                        AfterNorm after, const double* scale, const double* shift,
                                        double* out) {
  after == AfterNorm::kSilu ? Normalize<AfterNorm::kSilu>(x, rows, channels, scale, shift, out)
                            : Normalize<AfterNorm::kNothing>(x, rows, channels, scale, shift, out);
}

PLEAT_TARGET_CLONES void BlockAfterNormBackward(const float* dout, const float* x, int64_t rows,
                                                int64_t channels, AfterNorm after,
                                                const NormCoefficients<float>& norm, float* dy,
                                                double* sum_dy, double* sum_dy_xhat) {
  after == AfterNorm::kSilu
      ? AfterNormBackward<AfterNorm::kSilu>(dout, x, rows, channels, norm, dy, sum_dy, sum_dy_xhat)
      : AfterNormBackward<AfterNorm::kNothing>(dout, x, rows, channels, norm, dy, sum_dy,
                                               sum_dy_xhat);
}
PLEAT_TARGET_CLONES void BlockAfterNormBackward(const double* dout, const double* x, int64_t rows,
                                                int64_t channels, AfterNorm after,
                                                const NormCoefficients<double>& norm, double* dy,
                                                double* sum_dy, double* sum_dy_xhat) {
  after == AfterNorm::kSilu
      ? AfterNormBackward<AfterNorm::kSilu>(dout, x, rows, channels, norm, dy, sum_dy, sum_dy_xhat)
      : AfterNormBackward<AfterNorm::kNothing>(dout, x, rows, channels, norm, dy, sum_dy,
                                               sum_dy_xhat);
}

PLEAT_TARGET_CLONES void BlockNormBackward(const float* x, int64_t rows, int64_t channels,
                                           const NormCoefficients<float>& norm,
                                           const float* mean_dy, const float* mean_dy_xhat,
                                           float* dy_to_dx) {
  NormBackward(x, rows, channels, norm.scale, norm.mean, norm.inverse_deviation, mean_dy,
               mean_dy_xhat, dy_to_dx);
}
PLEAT_TARGET_CLONES void BlockNormBackward(const double* x, int64_t rows, int64_t channels,
                                           const NormCoefficients<double>& norm,
                                           const double* mean_dy, const double* mean_dy_xhat,
                                           double* dy_to_dx) {
  NormBackward(x, rows, channels, norm.scale, norm.mean, norm.inverse_deviation, mean_dy,
               mean_dy_xhat, dy_to_dx);
}

}  // namespace pleat
