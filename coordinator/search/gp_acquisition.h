// What a Gaussian process hopes of a point.
#pragma once

#include "coordinator/search/eigen.h"
#include "coordinator/search/gaussian_process.h"

namespace pleat {

// The logarithm of the expected improvement on the lowest mean at an observation, which with noise
// is worth more than the lowest value. The process outlives this.
class GpAcquisition {
 public:
  explicit GpAcquisition(const GaussianProcess& process);

  double best() const { return best_; }
  // At a point; if `gradient` is given it gets the derivatives by feature, 0 of categories.
  double At(const Eigen::VectorXd& point, Eigen::VectorXd* gradient = nullptr) const;
  // At the rows of `points`.
  Eigen::VectorXd AtAll(const Eigen::MatrixXd& points) const;

 private:
  const GaussianProcess& process_;
  double best_ = 0;
};

}  // namespace pleat
