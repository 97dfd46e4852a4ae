#include "coordinator/search/gaussian_process.h"

#include <cmath>
#include <utility>

namespace pleat {
namespace {

// In variances of the process: a pivot below the first makes the solution mere rounding, so all
// observations get noise from the second on, ten times as much until that helps.
constexpr double kSmallestPivot = 1e-10;
constexpr double kFirstJitter = 1e-9;
constexpr double kLargestJitter = 1;
// What rounding leaves of a variance counts as at least this part of the process's.
constexpr double kSmallestVariance = 1e-14;

bool IsFinite(const GpKernel& kernel, const GpObservations& observations) {
  return std::isfinite(kernel.variance) && kernel.weights.allFinite() &&
         observations.points.allFinite() && observations.values.allFinite() &&
         observations.noise.allFinite();
}

}  // namespace

absl::StatusOr<GaussianProcess> GaussianProcess::Make(GpKernel kernel,
                                                      GpObservations observations) {
  if (!IsFinite(kernel, observations)) {
    return absl::InvalidArgumentError("a Gaussian process needs finite numbers");
  }
  GaussianProcess process(std::move(kernel), std::move(observations));
  const double variance = process.kernel_.variance;
  const GpObservations& seen = process.observations_;
  Eigen::MatrixXd covariances = CrossCovariances(process.kernel_, seen.points, seen.points);
  covariances.diagonal() += seen.noise;
  for (double jitter = 0; jitter <= kLargestJitter;) {
    Eigen::MatrixXd jittered = covariances;
    jittered.diagonal().array() += jitter * variance;
    const Eigen::LLT<Eigen::MatrixXd> cholesky(jittered);
    if (cholesky.info() == Eigen::Success) {
      process.factor_ = cholesky.matrixL();
      const bool is_sound =
          process.factor_.diagonal().array().square().minCoeff() > kSmallestPivot * variance;
      if (is_sound) {
        process.weights_ = cholesky.solve(seen.values);
        process.observations_.noise.array() += jitter * variance;
        return process;
      }
    }
    jitter = jitter == 0 ? kFirstJitter : 10 * jitter;
  }
  return absl::InvalidArgumentError("the covariances of a Gaussian process cannot be inverted");
}

GpPrediction GaussianProcess::At(const Eigen::VectorXd& point, GpSlopes* slopes) const {
  Eigen::VectorXd by_distance;
  const Eigen::VectorXd covariances =
      Covariances(kernel_, observations_.points, point, slopes == nullptr ? nullptr : &by_distance);
  const auto factor = factor_.triangularView<Eigen::Lower>();
  Eigen::VectorXd solved = factor.solve(covariances);
  GpPrediction prediction = {Eigen::VectorXd(1), Eigen::VectorXd(1)};
  prediction.means[0] = covariances.dot(weights_);
  prediction.variances[0] =
      std::max(kernel_.variance - solved.squaredNorm(), kSmallestVariance * kernel_.variance);
  if (slopes == nullptr) return prediction;
  factor.transpose().solveInPlace(solved);
  const Eigen::Index features = point.size();
  slopes->mean = Eigen::VectorXd::Zero(features);
  slopes->variance = Eigen::VectorXd::Zero(features);
  for (Eigen::Index f = 0; f < features; ++f) {
    if (kernel_.is_category[f]) continue;
    const Eigen::VectorXd by_feature = by_distance.array() * (2 * kernel_.weights[f]) *
                                       (point[f] - observations_.points.col(f).array());
    slopes->mean[f] = by_feature.dot(weights_);
    slopes->variance[f] = -2 * by_feature.dot(solved);
  }
  return prediction;
}

GpPrediction GaussianProcess::AtAll(const Eigen::MatrixXd& points) const {
  Eigen::MatrixXd covariances = CrossCovariances(kernel_, observations_.points, points);
  GpPrediction prediction = {covariances.transpose() * weights_, {}};
  factor_.triangularView<Eigen::Lower>().solveInPlace(covariances);
  prediction.variances = (kernel_.variance - covariances.colwise().squaredNorm().array())
                             .max(kSmallestVariance * kernel_.variance);
  return prediction;
}

Eigen::VectorXd GaussianProcess::MeansAtObservations() const {
  return observations_.values - observations_.noise.cwiseProduct(weights_);
}

}  // namespace pleat
