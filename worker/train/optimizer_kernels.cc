#include "worker/train/optimizer_kernels.h"

#include <cmath>

#include "common/base/target_clones.h"

namespace pleat {
namespace {

template <typename T>
PLEAT_INLINE void RmsPropAny(const RmsPropStep<T> step, int64_t n, const T* __restrict gradient,
                             T* __restrict mean_square, T* __restrict values) {
  const T one_minus_rho = T(1) - step.rho;
  for (int64_t i = 0; i < n; ++i) {
    const T g = gradient[i];
    const T v = step.rho * mean_square[i] + one_minus_rho * (g * g);
    mean_square[i] = v;
    values[i] -= step.lr * g / (std::sqrt(v) + step.epsilon);
  }
}

template <typename T>
PLEAT_INLINE void SgdAny(const SgdStep<T> step, int64_t n, const T* __restrict gradient,
                         T* __restrict momentum, T* __restrict values) {
  for (int64_t i = 0; i < n; ++i) {
    const T g = gradient[i] + step.weight_decay * values[i];
    const T b = step.momentum * momentum[i] + g;
    momentum[i] = b;
    values[i] -= step.lr * (step.nesterov ? g + step.momentum * b : b);
  }
}

template <typename T>
PLEAT_INLINE void AdamAny(const AdamStep<T> step, int64_t n, const T* __restrict gradient,
                          T* __restrict mean, T* __restrict mean_square, T* __restrict values) {
  for (int64_t i = 0; i < n; ++i) {
    const T w = values[i] * step.keep;
    const T g = gradient[i] + step.weight_decay * w;
    const T m = step.beta1 * mean[i] + step.one_minus_beta1 * g;
    const T v = step.beta2 * mean_square[i] + step.one_minus_beta2 * (g * g);
    mean[i] = m;
    mean_square[i] = v;
    values[i] = w - step.step_size * m / (std::sqrt(v) / step.root_correction + step.epsilon);
  }
}

template <typename T>
PLEAT_INLINE void AverageAny(const T share, int64_t n, const T* __restrict values,
                             T* __restrict average) {
  for (int64_t i = 0; i < n; ++i) average[i] += share * (values[i] - average[i]);
}

// Every eighth element goes to the same sum, so that vectors of any width add in the same order.
template <typename T>
PLEAT_INLINE double SquaredSumAny(int64_t n, const T* __restrict values) {
  constexpr int64_t kLanes = 8;
  double sums[kLanes] = {};
  const int64_t whole = n - n % kLanes;
  for (int64_t i = 0; i < whole; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  }
  for (int64_t i = whole; i < n; ++i) {
    const double value = values[i];
    sums[i - whole] += value * value;
  }
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

}  // namespace

PLEAT_TARGET_CLONES
void RmsPropLoop(const RmsPropStep<float>& step, int64_t n, const float* gradient,
                 float* mean_square, float* values) {
  RmsPropAny(step, n, gradient, mean_square, values);
}
PLEAT_TARGET_CLONES
void RmsPropLoop(const RmsPropStep<double>& step, int64_t n, const double* gradient,
                 double* mean_square, double* values) {
  RmsPropAny(step, n, gradient, mean_square, values);
}

PLEAT_TARGET_CLONES
void SgdLoop(const SgdStep<float>& step, int64_t n, const float* gradient, float* momentum,
             float* values) {
  SgdAny(step, n, gradient, momentum, values);
}
PLEAT_TARGET_CLONES
void SgdLoop(const SgdStep<double>& step, int64_t n, const double* gradient, double* momentum,
             double* values) {
  SgdAny(step, n, gradient, momentum, values);
}

PLEAT_TARGET_CLONES
void AdamLoop(const AdamStep<float>& step, int64_t n, const float* gradient, float* mean,
              float* mean_square, float* values) {
  AdamAny(step, n, gradient, mean, mean_square, values);
}
PLEAT_TARGET_CLONES
void AdamLoop(const AdamStep<double>& step, int64_t n, const double* gradient, double* mean,
              double* mean_square, double* values) {
  AdamAny(step, n, gradient, mean, mean_square, values);
}

PLEAT_TARGET_CLONES
void AverageLoop(float share, int64_t n, const float* values, float* average) {
  AverageAny(share, n, values, average);
}
PLEAT_TARGET_CLONES
void AverageLoop(double share, int64_t n, const double* values, double* average) {
  AverageAny(share, n, values, average);
}

PLEAT_TARGET_CLONES
double SquaredSum(int64_t n, const float* values) { return SquaredSumAny(n, values); }
PLEAT_TARGET_CLONES
double SquaredSum(int64_t n, const double* values) { return SquaredSumAny(n, values); }

}  // namespace pleat
