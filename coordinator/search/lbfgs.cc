#include "coordinator/search/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace pleat {
namespace {

constexpr size_t kRemembered = 10;
// Share of the decrease that the slope promises with which a step is taken.
constexpr double kSufficientDecrease = 1e-4;
constexpr int kMostHalvings = 20;
// The search ends where the slope, or what a step gains, is as small.
constexpr double kSmallestSlope = 1e-6;
constexpr double kSmallestGain = 1e-10;

// A step and how the gradient changed over it.
struct Curvature {
  Eigen::VectorXd step;
  Eigen::VectorXd change;
  double product = 0;  // of the two; more than 0
};

// The gradient times the inverse of the Hessian as far as the steps tell.
Eigen::VectorXd NewtonDirection(const std::deque<Curvature>& steps, Eigen::VectorXd gradient) {
  std::vector<double> shares(steps.size());
  for (size_t i = steps.size(); i-- > 0;) {
    shares[i] = steps[i].step.dot(gradient) / steps[i].product;
    gradient -= shares[i] * steps[i].change;
  }
  if (!steps.empty()) gradient *= steps.back().product / steps.back().change.squaredNorm();
  for (size_t i = 0; i < steps.size(); ++i) {
    gradient += (shares[i] - steps[i].change.dot(gradient) / steps[i].product) * steps[i].step;
  }
  return -gradient;
}

}  // namespace

Minimum MinimizeLbfgs(const SmoothFunction& function, const Eigen::VectorXd& start,
                      int most_steps) {
  Eigen::VectorXd gradient(start.size());
  Minimum best = {start, function(start, &gradient)};
  if (!std::isfinite(best.value)) return best;
  std::deque<Curvature> steps;
  for (int step = 0; step < most_steps; ++step) {
    if (gradient.size() == 0 || gradient.cwiseAbs().maxCoeff() < kSmallestSlope) break;
    Eigen::VectorXd direction = NewtonDirection(steps, gradient);
    // Without curvature the first step is of length 1 at most.
    if (steps.empty()) direction /= std::max(1.0, gradient.norm());
    double slope = direction.dot(gradient);
    double length = 1;
    Eigen::VectorXd next_gradient(start.size());
    Minimum next;
    int halvings = 0;
    for (; halvings < kMostHalvings; ++halvings) {
      next.point = best.point + length * direction;
      next.value = function(next.point, &next_gradient);
      if (std::isfinite(next.value) &&
          next.value <= best.value + kSufficientDecrease * length * slope) {
        break;
      }
      // The parabola through both values and the slope has its minimum there.
      const double rise = next.value - best.value - length * slope;
      const double share = std::isfinite(rise) ? -0.5 * length * slope / rise : 0.1;
      length *= std::clamp(share, 0.1, 0.5);
    }
    if (halvings == kMostHalvings) {
      if (steps.empty()) break;
      steps.clear();  // what was remembered misleads
      continue;
    }
    Curvature curvature = {next.point - best.point, next_gradient - gradient, 0};
    curvature.product = curvature.step.dot(curvature.change);
    const double gain = best.value - next.value;
    best = std::move(next);
    gradient = next_gradient;
    if (gain < kSmallestGain * (1 + std::abs(best.value))) break;
    if (curvature.product <= 1e-12 * curvature.change.squaredNorm()) continue;
    steps.push_back(std::move(curvature));
    if (steps.size() > kRemembered) steps.pop_front();
  }
  return best;
}

}  // namespace pleat
