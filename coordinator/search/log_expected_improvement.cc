#include "coordinator/search/log_expected_improvement.h"

#include <cmath>
#include <numbers>

#include "coordinator/search/normal_distribution.h"

namespace pleat {
namespace {

const double kLogRootTwoPi = 0.5 * std::log(2 * std::numbers::pi);

// The distribution and the gain at z < 0, both in densities at z.
struct LowerTail {
  double distribution = 0;
  double gain = 0;
};

// By the asymptotic series 1 / x - 1 / x^3 + 3 / x^5 - 15 / x^7 …; x = -z > 10.
LowerTail FarTail(double x) {
  // The gain is 1 - x (1 / x - 1 / x^3 + …), whose leading terms cancel.
  double term = 1 / (x * x);
  LowerTail tail;
  for (int odd = 3; odd < 41; odd += 2) {
    tail.gain += term;
    term *= -odd / (x * x);
  }
  tail.distribution = (1 - tail.gain) / x;
  return tail;
}

LowerTail NearTail(double x) {
  const double density = std::exp(-0.5 * x * x - kLogRootTwoPi);
  LowerTail tail;
  tail.distribution = NormalProbability(-x) / density;
  tail.gain = 1 - x * tail.distribution;
  return tail;
}

}  // namespace

double LogNormalGain(double z, double* slope) {
  if (z > -1) {
    const double distribution = NormalProbability(z);
    const double gain = std::exp(-0.5 * z * z - kLogRootTwoPi) + z * distribution;
    if (slope != nullptr) *slope = distribution / gain;
    return std::log(gain);
  }
  const LowerTail tail = z < -10 ? FarTail(-z) : NearTail(-z);
  if (slope != nullptr) *slope = tail.distribution / tail.gain;
  return -0.5 * z * z - kLogRootTwoPi + std::log(tail.gain);
}

double LogExpectedImprovement(double mean, double deviation, double best) {
  return std::log(deviation) + LogNormalGain((best - mean) / deviation);
}

}  // namespace pleat
