// The fused loops of the optimizers and of the moving average over `n` elements in memory, float32
// and float64. Buffers do not overlap. Compiled for several instruction sets and chosen at start;
// add, multiply, divide and square root are correctly rounded in each, and nothing is contracted,
// so all give the same bits.
#pragma once

#include <cstdint>

namespace pleat {

// v = rho v + (1 - rho) g^2;  w -= lr g / (sqrt(v) + epsilon).
template <typename T>
struct RmsPropStep {
  T lr, rho, epsilon;
};
void RmsPropLoop(const RmsPropStep<float>& step, int64_t n, const float* gradient,
                 float* mean_square, float* values);
void RmsPropLoop(const RmsPropStep<double>& step, int64_t n, const double* gradient,
                 double* mean_square, double* values);

// g += weight_decay w;  b = momentum b + g;  w -= lr b, or lr (g + momentum b) with nesterov.
template <typename T>
struct SgdStep {
  T lr, momentum, weight_decay;
  bool nesterov;
};
void SgdLoop(const SgdStep<float>& step, int64_t n, const float* gradient, float* momentum,
             float* values);
void SgdLoop(const SgdStep<double>& step, int64_t n, const double* gradient, double* momentum,
             double* values);

// w *= keep;  g += weight_decay w;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
// w -= step_size m / (sqrt(v) / root_correction + epsilon).
template <typename T>
struct AdamStep {
  T beta1, beta2, one_minus_beta1, one_minus_beta2;
  T epsilon;
  T keep;             // 1 - lr weight_decay if decoupled, else 1
  T weight_decay;     // 0 if decoupled
  T step_size;        // lr / (1 - beta1^t)
  T root_correction;  // sqrt(1 - beta2^t)
};
void AdamLoop(const AdamStep<float>& step, int64_t n, const float* gradient, float* mean,
              float* mean_square, float* values);
void AdamLoop(const AdamStep<double>& step, int64_t n, const double* gradient, double* mean,
              double* mean_square, double* values);

// average += share (values - average): an average that equals the values stays the same bits.
void AverageLoop(float share, int64_t n, const float* values, float* average);
void AverageLoop(double share, int64_t n, const double* values, double* average);

// Sum of squares in double.
double SquaredSum(int64_t n, const float* values);
double SquaredSum(int64_t n, const double* values);

}  // namespace pleat
