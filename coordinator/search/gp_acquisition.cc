#include "coordinator/search/gp_acquisition.h"

#include <cmath>

#include "coordinator/search/log_expected_improvement.h"

namespace pleat {

GpAcquisition::GpAcquisition(const GaussianProcess& process)
    : process_(process), best_(process.MeansAtObservations().minCoeff()) {}

double GpAcquisition::At(const Eigen::VectorXd& point, Eigen::VectorXd* gradient) const {
  GpSlopes slopes;
  const GpPrediction prediction = process_.At(point, gradient == nullptr ? nullptr : &slopes);
  const double deviation = std::sqrt(prediction.variances[0]);
  const double z = (best_ - prediction.means[0]) / deviation;
  double by_z = 0;
  const double gain = LogNormalGain(z, &by_z);
  if (gradient != nullptr) {
    const Eigen::VectorXd by_point = slopes.variance / (2 * deviation);
    *gradient = ((1 - by_z * z) * by_point - by_z * slopes.mean) / deviation;
  }
  return std::log(deviation) + gain;
}

Eigen::VectorXd GpAcquisition::AtAll(const Eigen::MatrixXd& points) const {
  const GpPrediction prediction = process_.AtAll(points);
  Eigen::VectorXd values(points.rows());
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    values[i] =
        LogExpectedImprovement(prediction.means[i], std::sqrt(prediction.variances[i]), best_);
  }
  return values;
}

}  // namespace pleat
