#include "coordinator/prune/curve_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace pleat {
namespace {

// Of the curves' range: noise below it cannot be told from none.
constexpr double kLeastNoise = 1e-5;
// Each family counts as if it had explained so many curves: none is ever ruled out.
constexpr double kSharePrior = 1;
constexpr auto kReference = static_cast<size_t>(CurveFamily::kReference);
// The rise's variance counts as if so many trials had shown a standard deviation of this share of
// the curves' range.
constexpr double kRisePrior = 1;
constexpr double kAssumedRiseDeviation = 0.5;
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
  const double range = std::max(high - low, 1e-9);
  prior_.noise = EstimateNoise(squares, std::pow(kLeastNoise * range, 2));
  LearnRise(trials, range);
  CollectReferences(trials);
  LearnShares(trials);
  LearnErrors(trials);
  prior_ = PriorBut(trials.size());
}

// Curves of one trial rise alike, so a trial counts once.
void CurveModel::LearnRise(std::span<const TrialCurves> trials, double range) {
  const auto count = static_cast<double>(trials.size());
  double sum = 0, sum_of_squares = 0;
  for (const TrialCurves& curves : trials) {
    for (const auto& curve : curves) {
      const double rise = curve.back() - curve.front();
      sum += rise / static_cast<double>(curves.size());
      sum_of_squares += rise * rise / static_cast<double>(curves.size());
    }
  }
  prior_.mean_rise = sum / count;
  const double squares = std::max(0.0, sum_of_squares - sum * prior_.mean_rise);
  const double assumed = kRisePrior * std::pow(kAssumedRiseDeviation * range, 2);
  prior_.rise_deviation = std::sqrt((assumed + squares) / (kRisePrior + count));
}

CurvePrior CurveModel::PriorBut(size_t trial) const {
  CurvePrior prior = prior_;
  for (size_t i = 0; i < references_.size(); ++i) {
    if (i == trial || references_[i].empty()) continue;
    prior.shapes.push_back({.family = CurveFamily::kReference, .values = references_[i]});
  }
  return prior;
}

// Whether curves are shaped like other trials' is judged by those that can be compared with some;
// which of the other families they follow, by all.
void CurveModel::LearnShares(std::span<const TrialCurves> trials) {
  prior_.shares.fill(1.0 / kCurveFamilies);
  std::array<double, kCurveFamilies> counts;
  counts.fill(kSharePrior);
  double total = kSharePrior * (kCurveFamilies - 1), compared = kSharePrior * kCurveFamilies;
  for (size_t trial = 0; trial < trials.size(); ++trial) {
    const CurvePrior prior = PriorBut(trial);
    const bool has_references = prior.shapes.size() > prior_.shapes.size();
    for (const auto& curve : trials[trial]) {
      const EndForecast whole = ForecastEnds(curve, {{prior.epochs}}, prior)[0];
      compared += has_references ? 1 : 0;
      counts[kReference] += whole.shares[kReference];
      const double others =
          std::accumulate(whole.shares.begin(), whole.shares.begin() + kReference, 0.0);
      if (!(others > 0)) continue;
      for (size_t i = 0; i < kReference; ++i) counts[i] += whole.shares[i] / others;
      total += 1;
    }
  }
  prior_.shares[kReference] = counts[kReference] / compared;
  for (size_t i = 0; i < kReference; ++i) {
    prior_.shares[i] = (1 - prior_.shares[kReference]) * counts[i] / total;
  }
}

// Curves of one trial are off together, so a trial counts once.
void CurveModel::LearnErrors(std::span<const TrialCurves> trials) {
  lengths_ = ForecastLengths(prior_.epochs);
  excess_.assign(lengths_.size(), kErrorPrior);
  for (size_t trial = 0; trial < trials.size(); ++trial) {
    const CurvePrior prior = PriorBut(trial);
    const auto curves = static_cast<double>(trials[trial].size());
    for (const auto& curve : trials[trial]) {
      const std::vector<EndForecast> forecasts = ForecastEnds(curve, lengths_, prior);
      for (size_t i = 0; i < forecasts.size(); ++i) {
        const double error = curve.back() - forecasts[i].mean;
        excess_[i] += error * error / forecasts[i].variance / curves;
      }
    }
  }
  for (double& one : excess_) {
    one = std::max(1.0, one / (kErrorPrior + static_cast<double>(trials.size())));
  }
}

void CurveModel::CollectReferences(std::span<const TrialCurves> trials) {
  size_t references = 0;
  references_.resize(trials.size());
  for (size_t trial = 0; trial < trials.size() && references < kMostReferences; ++trial) {
    const TrialCurves& curves = trials[trial];
    if (curves.size() < kLeastReferenceCurves) continue;
    std::vector<double> mean(prior_.epochs);
    for (const auto& curve : curves) {
      for (size_t i = 0; i < curve.size(); ++i) {
        mean[i] += curve[i] / static_cast<double>(curves.size());
      }
    }
    references_[trial] = ShapeOf(mean);
    references += references_[trial].empty() ? 0 : 1;
  }
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
