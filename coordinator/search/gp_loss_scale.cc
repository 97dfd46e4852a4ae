#include "coordinator/search/gp_loss_scale.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pleat {
namespace {

// So that squares of losses are finite.
constexpr double kLargestLoss = 1e150;
// Where losses beyond the median end, in distances of the median from the best.
constexpr double kFarthest = 3;

// Of a loss so many such distances beyond the median: its place, and the slope of that.
double PlaceOf(double beyond) {
  const double log = std::log1p(beyond);
  return kFarthest * log / (kFarthest + log);
}
double SlopeOfPlace(double beyond) {
  const double share = kFarthest / (kFarthest + std::log1p(beyond));
  return share * share / (1 + beyond);
}

double Bounded(double loss) { return std::clamp(loss, -kLargestLoss, kLargestLoss); }

}  // namespace

GpLossScale::GpLossScale(std::span<const double> losses) {
  std::vector<double> sorted;
  for (const double loss : losses) sorted.push_back(Bounded(loss));
  std::ranges::sort(sorted);
  median_ = sorted[(sorted.size() - 1) / 2];
  // Losses that are equal but for rounding have no scale of their own.
  const double rounding = 1e-14 * std::max(std::abs(sorted.front()), std::abs(median_));
  if (median_ - sorted.front() > rounding) reach_ = median_ - sorted.front();
  const auto count = static_cast<double>(sorted.size());
  double sum = 0, squares = 0;
  for (const double loss : sorted) sum += Tamed(loss) / count;
  mean_ = sum;
  for (const double loss : sorted) squares += std::pow(Tamed(loss) - mean_, 2) / count;
  if (std::sqrt(squares) > rounding) deviation_ = std::sqrt(squares);
}

double GpLossScale::Tamed(double loss) const {
  if (loss <= median_ || reach_ == 0) return loss;
  return median_ + reach_ * PlaceOf(std::min((loss - median_) / reach_, kLargestLoss));
}

double GpLossScale::ValueOf(double loss) const {
  return (Tamed(Bounded(loss)) - mean_) / deviation_;
}

double GpLossScale::SlopeAt(double loss) const {
  loss = Bounded(loss);
  if (loss <= median_ || reach_ == 0) return 1 / deviation_;
  return SlopeOfPlace(std::min((loss - median_) / reach_, kLargestLoss)) / deviation_;
}

double GpLossScale::LossOf(double value) const {
  const double tamed = mean_ + deviation_ * value;
  if (tamed <= median_ || reach_ == 0) return tamed;
  const double place = (tamed - median_) / reach_;
  const double farthest = PlaceOf(kLargestLoss);
  if (place >= farthest) return kLargestLoss;
  return median_ + reach_ * std::expm1(kFarthest * place / (kFarthest - place));
}

}  // namespace pleat
