// The covariance of a Gaussian process over features of points.
#pragma once

#include <vector>

#include "coordinator/search/eigen.h"

namespace pleat {

// Matérn 5/2 with a length scale per feature ("automatic relevance determination"; Rasmussen &
// Williams 2006, "Gaussian processes for machine learning", 4.2): at squared distance s = sum of
// weight * squared difference the covariance is
// variance * (1 + sqrt(5 s) + 5 s / 3) exp(-sqrt(5 s)). Any two different values of a feature that
// is a category differ by 1.
struct GpKernel {
  std::vector<bool> is_category;  // of each feature
  Eigen::VectorXd weights;        // of each feature: 1 / length scale^2
  double variance = 1;
};

// Squared difference of two values of a feature.
inline double SquaredDifference(bool is_category, double a, double b) {
  return is_category ? (a != b ? 1.0 : 0.0) : (a - b) * (a - b);
}

// Squared differences by pair of points (rows of `points`: points x features) and feature; pairs
// (1, 0), (2, 0), (2, 1), (3, 0), …
Eigen::MatrixXd PairDifferences(const std::vector<bool>& is_category,
                                const Eigen::MatrixXd& points);

// Matérn 5/2 of variance 1 at squared distances, and its slopes by them.
struct MaternValues {
  Eigen::ArrayXd values;
  Eigen::ArrayXd slopes;
};
MaternValues Matern(const Eigen::ArrayXd& squared_distances);

// Covariances of `point` with the rows of `points`; if `slopes` is given it gets their derivatives
// by the squared distance.
Eigen::VectorXd Covariances(const GpKernel& kernel, const Eigen::MatrixXd& points,
                            const Eigen::VectorXd& point, Eigen::VectorXd* slopes = nullptr);
// Covariances of the rows of `a` with those of `b`.
Eigen::MatrixXd CrossCovariances(const GpKernel& kernel, const Eigen::MatrixXd& a,
                                 const Eigen::MatrixXd& b);

}  // namespace pleat
