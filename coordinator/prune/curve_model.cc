#include "coordinator/prune/curve_model.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

// Of the curves' range: noise below it cannot be told from none.
constexpr double kLeastNoise = 1e-5;
// Each family counts as if it had explained so many curves: none is ever ruled out.
constexpr double kSharePrior = 1;
// And each forecast as if so many trials had been forecast as well as they should be.
constexpr double kErrorPrior = 1;
constexpr int kLengths = 8;
constexpr size_t kMostReferences = 8;
// A trial's mean curve is a reference if so many curves take the noise out of it.
constexpr size_t kLeastReferenceCurves = 2;

// Closer in the early epochs, where a forecast changes most.
std::vector<uint32_t> ForecastLengths(uint32_t epochs) {
  std::vector<uint32_t> lengths;
  for (int i = 1; i <= kLengths; ++i) {
    const double share = std::pow(i / (kLengths + 1.0), 1.5);
    const auto length = static_cast<uint32_t>(std::max(1l, std::lround(epochs * share)));
    if (length < epochs && (lengths.empty() || length > lengths.back())) lengths.push_back(length);
  }
  return lengths;
}

}  // namespace

CurveModel::CurveModel(std::span<const TrialCurves> trials) {
  prior_.epochs = static_cast<uint32_t>(trials[0][0].size());
  prior_.shapes = MakeCurveShapes(prior_.epochs);
  double low = trials[0][0][0], high = low;
  std::vector<std::vector<double>> squares;
  for (const TrialCurves& curves : trials) {
    for (const auto& curve : curves) {
      const auto [lowest, highest] = std::ranges::minmax_element(curve);
      low = std::min(low, *lowest);
      high = std::max(high, *highest);
      squares.push_back(SquaredResiduals(curve, prior_.shapes));
    }
  }
  prior_.rise = std::max(high - low, 1e-9);
  prior_.noise = EstimateNoise(squares, std::pow(kLeastNoise * prior_.rise, 2));
  LearnShares(trials);
  LearnErrors(trials);
  AddReferences(trials);
}

void CurveModel::LearnShares(std::span<const TrialCurves> trials) {
  constexpr auto kOwnShape = static_cast<size_t>(CurveFamily::kReference);
  prior_.shares.fill(1.0 / (kCurveFamilies - 1));
  prior_.shares[kOwnShape] = 0;
  std::array<double, kCurveFamilies> counts;
  counts.fill(kSharePrior);
  counts[kOwnShape] = 0;
  double total = kSharePrior * (kCurveFamilies - 1);
  for (const TrialCurves& curves : trials) {
    for (const auto& curve : curves) {
      const EndForecast whole = ForecastEnds(curve, {{prior_.epochs}}, prior_)[0];
      for (int i = 0; i < kCurveFamilies; ++i) counts[i] += whole.shares[i];
      total += 1;
    }
  }
  for (int i = 0; i < kCurveFamilies; ++i) prior_.shares[i] = counts[i] / total;
}

// Curves of one trial are off together, so a trial counts once. References are not in use yet: a
// trial's own curves would be among them.
void CurveModel::LearnErrors(std::span<const TrialCurves> trials) {
  lengths_ = ForecastLengths(prior_.epochs);
  excess_.assign(lengths_.size(), kErrorPrior);
  for (const TrialCurves& curves : trials) {
    for (const auto& curve : curves) {
      const std::vector<EndForecast> forecasts = ForecastEnds(curve, lengths_, prior_);
      for (size_t i = 0; i < forecasts.size(); ++i) {
        const double error = curve.back() - forecasts[i].mean;
        excess_[i] += error * error / forecasts[i].variance / static_cast<double>(curves.size());
      }
    }
  }
  for (double& one : excess_) {
    one = std::max(1.0, one / (kErrorPrior + static_cast<double>(trials.size())));
  }
}

void CurveModel::AddReferences(std::span<const TrialCurves> trials) {
  size_t references = 0;
  for (const TrialCurves& curves : trials) {
    if (curves.size() < kLeastReferenceCurves || references == kMostReferences) continue;
    std::vector<double> mean(prior_.epochs);
    for (const auto& curve : curves) {
      for (size_t i = 0; i < curve.size(); ++i) {
        mean[i] += curve[i] / static_cast<double>(curves.size());
      }
    }
    std::vector<double> shape = ShapeOf(mean);
    if (shape.empty()) continue;
    prior_.shapes.push_back({.family = CurveFamily::kReference, .values = std::move(shape)});
    ++references;
  }
  prior_.shares[static_cast<size_t>(CurveFamily::kReference)] = references > 0 ? 1 : 0;
}

EndForecast CurveModel::Forecast(std::span<const double> scores) const {
  const auto length = static_cast<uint32_t>(scores.size());
  EndForecast forecast = ForecastEnds(scores, {{length}}, prior_)[0];
  const auto at = std::ranges::lower_bound(lengths_, length);
  if (!lengths_.empty()) {
    forecast.variance *= excess_[std::min<size_t>(at - lengths_.begin(), lengths_.size() - 1)];
  }
  return forecast;
}

}  // namespace pleat
