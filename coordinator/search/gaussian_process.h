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
  Eigen::VectorXd values;
  // Variance of each point's value about the process.
  Eigen::VectorXd noise;
};

// What is thought of the process at points.
struct GpPrediction {
  Eigen::VectorXd means;
  Eigen::VectorXd variances;  // more than 0
};

// How that changes at one point, by feature; 0 for categories.
struct GpSlopes {
  Eigen::VectorXd mean;
  Eigen::VectorXd variance;
};

// A process of mean 0. Immutable; any thread may use it.
class GaussianProcess {
 public:
  // INVALID_ARGUMENT: a number is not finite. Where two points are too near to each other for their
  // noise, all are taken to be noisier, by as little as makes the covariances invertible.
  static absl::StatusOr<GaussianProcess> Make(GpKernel kernel, GpObservations observations);

  // The process itself, without noise, at one point.
  GpPrediction At(const Eigen::VectorXd& point, GpSlopes* slopes = nullptr) const;
  // At the rows of `points`.
  GpPrediction AtAll(const Eigen::MatrixXd& points) const;
  // Means where it was observed.
  Eigen::VectorXd MeansAtObservations() const;

  const GpKernel& kernel() const { return kernel_; }
  const GpObservations& observations() const { return observations_; }

 private:
  GaussianProcess(GpKernel kernel, GpObservations observations)
      : kernel_(std::move(kernel)), observations_(std::move(observations)) {}

  GpKernel kernel_;
  GpObservations observations_;
  Eigen::MatrixXd factor_;   // the covariances of what was seen are factor factor^T
  Eigen::VectorXd weights_;  // the covariances' inverse times the values
};

}  // namespace pleat
