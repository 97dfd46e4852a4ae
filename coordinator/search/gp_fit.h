// The kernel and the noise of a Gaussian process that suit what was seen.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/search/eigen.h"
#include "coordinator/search/gp_kernel.h"

namespace pleat {

struct GpParameters {
  GpKernel kernel;
  double noise = 0;  // variance of every value, beside the known one
};

// The logarithm of how well parameters explain what was seen, and of their prior: a smooth
// function of the logarithms of all weights, the kernel's variance and the noise, in that order.
class GpEvidence {
 public:
  // `points`: points x features; `values`: one per point, of mean about 0 and deviation about 1;
  // `known_noise`: variance of each.
  GpEvidence(std::vector<bool> is_category, const Eigen::MatrixXd& points,
             const Eigen::VectorXd& values, const Eigen::VectorXd& known_noise);

  // Minus infinity where the covariances cannot be inverted. Sets the gradient.
  double At(const Eigen::VectorXd& logarithms, Eigen::VectorXd* gradient) const;
  GpParameters ParametersAt(const Eigen::VectorXd& logarithms) const;
  // Where the prior is densest, but for the noise.
  Eigen::VectorXd StartWithNoise(double noise) const;

 private:
  double AddPrior(const Eigen::VectorXd& logarithms, Eigen::VectorXd* gradient) const;

  std::vector<bool> is_category_;
  Eigen::MatrixXd differences_;  // see PairDifferences
  Eigen::VectorXd values_;
  Eigen::VectorXd known_noise_;
};

// The parameters of highest evidence found by climbs from little noise and from much. Priors, of
// the logarithms, are normal: a length scale is about a quarter of the range, times the root of
// the number of features; noise has a wide one. INVALID_ARGUMENT: a number is not finite.
absl::StatusOr<GpParameters> FitGaussianProcess(const std::vector<bool>& is_category,
                                                const Eigen::MatrixXd& points,
                                                const Eigen::VectorXd& values,
                                                const Eigen::VectorXd& known_noise);

}  // namespace pleat
