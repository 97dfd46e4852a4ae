#include "coordinator/search/gp_fit.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "coordinator/search/lbfgs.h"

namespace pleat {
namespace {

// A normal prior of a logarithm.
struct LogPrior {
  double mean = 0;
  double deviation = 1;
};
constexpr LogPrior kVariancePrior = {0.5, 1.0};
constexpr LogPrior kNoisePrior = {-9, 4};
// Longer length scales would be sure too early that nothing is to be found elsewhere.
constexpr double kWeightScale = 16;  // of one feature: 1 / 0.25^2
constexpr double kWeightDeviation = 1;

// Noise that no fit goes below, so that covariances can be inverted.
constexpr double kLeastNoise = 1e-8;
constexpr double kStarts[] = {1e-5, 0.3};
constexpr int kMostClimbs = 60;

LogPrior WeightPrior(Eigen::Index features) {
  return {std::log(kWeightScale / static_cast<double>(features)), kWeightDeviation};
}

// Adds the logarithm of the prior's density, without its constant, to the gradient.
double LogDensityOf(const LogPrior& prior, double logarithm, double* slope) {
  const double z = (logarithm - prior.mean) / prior.deviation;
  *slope -= z / prior.deviation;
  return -0.5 * z * z;
}

}  // namespace

GpEvidence::GpEvidence(std::vector<bool> is_category, const Eigen::MatrixXd& points,
                       const Eigen::VectorXd& values, const Eigen::VectorXd& known_noise)
    : is_category_(std::move(is_category)),
      differences_(PairDifferences(is_category_, points)),
      values_(values),
      known_noise_(known_noise) {}

GpParameters GpEvidence::ParametersAt(const Eigen::VectorXd& logarithms) const {
  const Eigen::Index features = differences_.cols();
  return {.kernel = {.is_category = is_category_,
                     .weights = logarithms.head(features).array().exp(),
                     .variance = std::exp(logarithms[features])},
          .noise = kLeastNoise + std::exp(logarithms[features + 1])};
}

Eigen::VectorXd GpEvidence::StartWithNoise(double noise) const {
  const Eigen::Index features = differences_.cols();
  Eigen::VectorXd start(features + 2);
  start.head(features).setConstant(WeightPrior(features).mean);
  start[features] = kVariancePrior.mean;
  start[features + 1] = std::log(noise);
  return start;
}

double GpEvidence::AddPrior(const Eigen::VectorXd& logarithms, Eigen::VectorXd* gradient) const {
  const Eigen::Index features = differences_.cols();
  double sum = 0;
  for (Eigen::Index f = 0; f < features; ++f) {
    sum += LogDensityOf(WeightPrior(features), logarithms[f], &(*gradient)[f]);
  }
  sum += LogDensityOf(kVariancePrior, logarithms[features], &(*gradient)[features]);
  return sum + LogDensityOf(kNoisePrior, logarithms[features + 1], &(*gradient)[features + 1]);
}

double GpEvidence::At(const Eigen::VectorXd& logarithms, Eigen::VectorXd* gradient) const {
  const Eigen::Index count = values_.size();
  const Eigen::Index features = differences_.cols();
  const GpParameters parameters = ParametersAt(logarithms);
  const double variance = parameters.kernel.variance;
  const MaternValues matern = Matern((differences_ * parameters.kernel.weights).array());
  Eigen::MatrixXd covariances(count, count);
  for (Eigen::Index i = 0, pair = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < i; ++j, ++pair) {
      covariances(i, j) = variance * matern.values[pair];
    }
    covariances(i, i) = variance + parameters.noise + known_noise_[i];
  }
  gradient->setZero(features + 2);
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> cholesky(covariances);
  if (cholesky.info() != Eigen::Success) return -std::numeric_limits<double>::infinity();
  const Eigen::VectorXd weights = cholesky.solve(values_);
  // The derivative of the evidence by a covariance.
  Eigen::MatrixXd slopes = cholesky.solve(Eigen::MatrixXd::Identity(count, count));
  slopes = 0.5 * (weights * weights.transpose() - slopes);

  // Each pair stands in the covariances twice.
  Eigen::ArrayXd by_pair(differences_.rows());
  for (Eigen::Index i = 0, pair = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < i; ++j, ++pair) by_pair[pair] = 2 * variance * slopes(i, j);
  }
  gradient->head(features) = (differences_.transpose() * (by_pair * matern.slopes).matrix())
                                 .cwiseProduct(parameters.kernel.weights);
  (*gradient)[features] = (by_pair * matern.values).sum() + variance * slopes.trace();
  (*gradient)[features + 1] = std::exp(logarithms[features + 1]) * slopes.trace();
  const double log_root_determinant = cholesky.matrixLLT().diagonal().array().log().sum();
  return -0.5 * values_.dot(weights) - log_root_determinant -
         0.5 * static_cast<double>(count) * std::log(2 * std::numbers::pi) +
         AddPrior(logarithms, gradient);
}

absl::StatusOr<GpParameters> FitGaussianProcess(const std::vector<bool>& is_category,
                                                const Eigen::MatrixXd& points,
                                                const Eigen::VectorXd& values,
                                                const Eigen::VectorXd& known_noise) {
  if (!points.allFinite() || !values.allFinite() || !known_noise.allFinite()) {
    return absl::InvalidArgumentError("a Gaussian process needs finite numbers");
  }
  const GpEvidence evidence(is_category, points, values, known_noise);
  const auto cost = [&](const Eigen::VectorXd& logarithms, Eigen::VectorXd* gradient) {
    const double value = evidence.At(logarithms, gradient);
    *gradient = -*gradient;
    return -value;
  };
  Minimum best;
  best.value = std::numeric_limits<double>::infinity();
  for (const double noise : kStarts) {
    Minimum found = MinimizeLbfgs(cost, evidence.StartWithNoise(noise), kMostClimbs);
    if (found.value < best.value) best = std::move(found);
  }
  if (best.point.size() == 0) {
    return absl::InvalidArgumentError("the covariances of a Gaussian process cannot be inverted");
  }
  return evidence.ParametersAt(best.point);
}

}  // namespace pleat
