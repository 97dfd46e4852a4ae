// A Gaussian process after observations (Rasmussen & Williams 2006, "Gaussian processes for machine
// learning", algorithm 2.1).
#pragma once

#include "absl/status/statusor.h"
#include "coordinator/search/eigen.h"
#include "coordinator/search/gp_kernel.h"

namespace pleat {

// What was seen at points, which are rows (points x features).
struct GpObservations {
  Eigen::MatrixXd points;
  // Points x draws: each column is one possibility of what was seen, and gives its own means.
  Eigen::MatrixXd values;
  // Variance of each point's value about the process.
  Eigen::VectorXd noise;
};

// What is thought of the process at points.
struct GpPrediction {
  Eigen::MatrixXd means;      // points x draws
  Eigen::VectorXd variances;  // of each point, more than 0
};

// How that changes at one point, by feature; 0 for categories.
struct GpSlopes {
  Eigen::MatrixXd means;     // features x draws
  Eigen::VectorXd variance;  // features
};

// A process of mean 0. Immutable; any thread may use it.
class GaussianProcess {
 public:
  // INVALID_ARGUMENT: a number is not finite. Where two points are too near to each other for their
  // noise, all are taken to be noisier, by as little as makes the covariances invertible.
  static absl::StatusOr<GaussianProcess> Make(GpKernel kernel, GpObservations observations);

  // The process itself, without noise, at one point: a row of means.
  GpPrediction At(const Eigen::VectorXd& point, GpSlopes* slopes = nullptr) const;
  // At the rows of `points`.
  GpPrediction AtAll(const Eigen::MatrixXd& points) const;
  // Covariances of the process at the rows of `points` with each other.
  Eigen::MatrixXd CovariancesAt(const Eigen::MatrixXd& points) const;
  // Means where it was observed: points x draws.
  Eigen::MatrixXd MeansAtObservations() const;

  const GpKernel& kernel() const { return kernel_; }
  const GpObservations& observations() const { return observations_; }

 private:
  GaussianProcess(GpKernel kernel, GpObservations observations)
      : kernel_(std::move(kernel)), observations_(std::move(observations)) {}

  GpKernel kernel_;
  GpObservations observations_;
  Eigen::MatrixXd factor_;   // the covariances of what was seen are factor factor^T
  Eigen::MatrixXd weights_;  // points x draws: the covariances' inverse times the values
};

}  // namespace pleat
