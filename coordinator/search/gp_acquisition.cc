#include "coordinator/search/gp_acquisition.h"

#include <cmath>

#include "coordinator/search/log_expected_improvement.h"

namespace pleat {
namespace {

double LogMean(const Eigen::ArrayXd& logarithms) {
  const double largest = logarithms.maxCoeff();
  double sum = 0;
  for (const double logarithm : logarithms) sum += std::exp(logarithm - largest);
  return largest + std::log(sum / static_cast<double>(logarithms.size()));
}

}  // namespace

GpAcquisition::GpAcquisition(const GaussianProcess& process)
    : process_(process), bests_(process.MeansAtObservations().colwise().minCoeff()) {}

double GpAcquisition::At(const Eigen::VectorXd& point, Eigen::VectorXd* gradient) const {
  GpSlopes slopes;
  const GpPrediction prediction = process_.At(point, gradient == nullptr ? nullptr : &slopes);
  const double deviation = std::sqrt(prediction.variances[0]);
  const Eigen::Index draws = bests_.size();
  Eigen::ArrayXd z(draws), gains(draws), by_z(draws);
  for (Eigen::Index k = 0; k < draws; ++k) {
    z[k] = (bests_[k] - prediction.means(0, k)) / deviation;
    gains[k] = LogNormalGain(z[k], &by_z[k]);
  }
  const double gain = LogMean(gains);
  if (gradient != nullptr) {
    // Shares of the draws in the mean, times their slopes by z.
    Eigen::ArrayXd shares(draws);
    for (Eigen::Index k = 0; k < draws; ++k) {
      shares[k] = std::exp(gains[k] - gain) / static_cast<double>(draws) * by_z[k];
    }
    const Eigen::VectorXd by_deviation = slopes.variance / (2 * deviation);
    *gradient =
        (by_deviation * (1 - (shares * z).sum()) - slopes.means * shares.matrix()) / deviation;
  }
  return std::log(deviation) + gain;
}

Eigen::VectorXd GpAcquisition::AtAll(const Eigen::MatrixXd& points) const {
  const GpPrediction prediction = process_.AtAll(points);
  Eigen::VectorXd values(points.rows());
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    const double deviation = std::sqrt(prediction.variances[i]);
    Eigen::ArrayXd gains(bests_.size());
    for (Eigen::Index k = 0; k < gains.size(); ++k) {
      gains[k] = LogNormalGain((bests_[k] - prediction.means(i, k)) / deviation);
    }
    values[i] = std::log(deviation) + LogMean(gains);
  }
  return values;
}

}  // namespace pleat
