#include "coordinator/search/gp_kernel.h"

#include <cmath>

namespace pleat {
namespace {

// Squared distances of a point from rows.
Eigen::ArrayXd SquaredDistances(const GpKernel& kernel, const Eigen::MatrixXd& points,
                                const Eigen::VectorXd& point) {
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(points.rows());
  for (Eigen::Index f = 0; f < points.cols(); ++f) {
    if (kernel.is_category[f]) {
      sum += kernel.weights[f] * (points.col(f).array() != point[f]).cast<double>();
    } else {
      sum += kernel.weights[f] * (points.col(f).array() - point[f]).square();
    }
  }
  return sum;
}

}  // namespace

Eigen::MatrixXd PairDifferences(const std::vector<bool>& is_category,
                                const Eigen::MatrixXd& points) {
  const Eigen::Index count = points.rows();
  Eigen::MatrixXd differences(count * (count - 1) / 2, points.cols());
  for (Eigen::Index f = 0; f < points.cols(); ++f) {
    Eigen::Index pair = 0;
    for (Eigen::Index i = 0; i < count; ++i) {
      for (Eigen::Index j = 0; j < i; ++j, ++pair) {
        differences(pair, f) = SquaredDifference(is_category[f], points(i, f), points(j, f));
      }
    }
  }
  return differences;
}

MaternValues Matern(const Eigen::ArrayXd& squared_distances) {
  const Eigen::ArrayXd root = (5 * squared_distances).sqrt();
  const Eigen::ArrayXd decay = (-root).exp();
  return {.values = (1 + root + root.square() / 3) * decay,
          .slopes = (-5.0 / 6) * (1 + root) * decay};
}

Eigen::VectorXd Covariances(const GpKernel& kernel, const Eigen::MatrixXd& points,
                            const Eigen::VectorXd& point, Eigen::VectorXd* slopes) {
  const MaternValues matern = Matern(SquaredDistances(kernel, points, point));
  if (slopes != nullptr) *slopes = kernel.variance * matern.slopes;
  return kernel.variance * matern.values;
}

Eigen::MatrixXd CrossCovariances(const GpKernel& kernel, const Eigen::MatrixXd& a,
                                 const Eigen::MatrixXd& b) {
  Eigen::MatrixXd covariances(a.rows(), b.rows());
  for (Eigen::Index i = 0; i < b.rows(); ++i) {
    covariances.col(i) = Covariances(kernel, a, b.row(i).transpose());
  }
  return covariances;
}

}  // namespace pleat
