#include "coordinator/prune/curve_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace pleat {
namespace {

constexpr int64_t kLeastScores = 3;

// One member of the mixture.
struct Member {
  CurveFamily family = CurveFamily::kExponential;
  double log_weight = 0;
  double mean = 0;
  double variance = 0;
};

// Weighted scores, relative to the first finite one, and their sums up to each epoch.
struct Weighted {
  double origin = 0;
  std::vector<double> w, wy;                 // [n]; 0 where the score is not finite
  std::vector<double> sum_w, sum_y, sum_yy;  // [n]
};

Weighted Weigh(std::span<const double> scores, const CurveNoise& noise) {
  Weighted all;
  const auto first =
      std::ranges::find_if(scores, [](double score) { return std::isfinite(score); });
  if (first != scores.end()) all.origin = *first;
  double sum_w = 0, sum_y = 0, sum_yy = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const bool is_there = std::isfinite(scores[i]);
    const double w = is_there ? 1 / noise.Variance(static_cast<uint32_t>(i + 1)) : 0;
    const double y = is_there ? scores[i] - all.origin : 0;
    all.w.push_back(w);
    all.wy.push_back(w * y);
    all.sum_w.push_back(sum_w += w);
    all.sum_y.push_back(sum_y += w * y);
    all.sum_yy.push_back(sum_yy += w * y * y);
  }
  return all;
}

// Adds the shape's member to the mixture of each length that has a score. The rise's prior is one
// more observation of it.
void AddShape(const CurveShape& shape, double log_share, const Weighted& data,
              std::span<const uint32_t> lengths, const CurvePrior& prior,
              std::vector<std::vector<Member>>* mixtures) {
  const double precision = 1 / (prior.rise_deviation * prior.rise_deviation);
  const double expected = precision * prior.mean_rise;
  double h = 0, hh = precision, hy = expected;
  size_t next = 0;
  for (uint32_t t = 1; next < lengths.size(); ++t) {
    const double x = shape.values[t - 1];
    h += data.w[t - 1] * x;
    hh += data.w[t - 1] * x * x;
    hy += data.wy[t - 1] * x;
    if (t != lengths[next]) continue;
    std::vector<Member>& mixture = (*mixtures)[next++];
    const double w = data.sum_w[t - 1], y = data.sum_y[t - 1];
    if (w == 0) continue;
    const double determinant = w * hh - h * h;
    const double end = (hh * y - h * hy) / determinant;
    const double rise = (w * hy - h * y) / determinant;
    const double squares = data.sum_yy[t - 1] + expected * prior.mean_rise - end * y - rise * hy;
    mixture.push_back(
        {.family = shape.family,
         .log_weight = log_share - squares / 2 - std::log(determinant / precision) / 2,
         .mean = data.origin + end,
         .variance = hh / determinant + prior.noise.Variance(prior.epochs)});
  }
}

// Of three finite scores or more. Its likelihood is in units of the noise, as the shapes' is.
Member Walk(std::span<const double> scores, double log_share, const CurvePrior& prior) {
  std::optional<double> last;
  double squares = 0, log_noise = 0;
  int steps = 0;
  uint32_t at = 0;
  for (uint32_t t = 1; t <= scores.size(); ++t) {
    if (!std::isfinite(scores[t - 1])) continue;
    log_noise += std::log(prior.noise.Variance(t)) / 2;
    if (last.has_value()) {
      squares += (scores[t - 1] - *last) * (scores[t - 1] - *last);
      ++steps;
    }
    last = scores[t - 1];
    at = t;
  }
  const double noise = prior.noise.Variance(at);
  // Two scores of a walk that stands still differ by the noise of both.
  const double step = std::max(squares / steps, 2 * noise);
  const double grows = step - 2 * noise;
  return {.family = CurveFamily::kWalk,
          .log_weight = log_share - squares / step / 2 - steps * std::log(step) / 2 -
                        std::log(steps) / 2 + log_noise,
          .mean = *last,
          .variance = (prior.epochs - at) * grows + noise + prior.noise.Variance(prior.epochs)};
}

EndForecast Average(std::vector<Member> mixture) {
  EndForecast forecast;
  double highest = -std::numeric_limits<double>::infinity(), sum = 0;
  for (const Member& one : mixture) highest = std::max(highest, one.log_weight);
  for (const Member& one : mixture) sum += std::exp(one.log_weight - highest);
  for (const Member& one : mixture) {
    const double weight = std::exp(one.log_weight - highest) / sum;
    forecast.mean += weight * one.mean;
    forecast.shares[static_cast<size_t>(one.family)] += weight;
  }
  for (const Member& one : mixture) {
    const double weight = std::exp(one.log_weight - highest) / sum;
    const double apart = one.mean - forecast.mean;
    forecast.variance += weight * (one.variance + apart * apart);
  }
  return forecast;
}

}  // namespace

std::vector<EndForecast> ForecastEnds(std::span<const double> scores,
                                      std::span<const uint32_t> lengths, const CurvePrior& prior) {
  std::array<double, kCurveFamilies> log_share = {};
  std::array<int, kCurveFamilies> shapes = {};
  for (const CurveShape& shape : prior.shapes) ++shapes[static_cast<size_t>(shape.family)];
  for (int i = 0; i < kCurveFamilies; ++i) {
    log_share[i] = std::log(prior.shares[i] / std::max(1, shapes[i]));
  }
  const Weighted data = Weigh(scores, prior.noise);
  std::vector<std::vector<Member>> mixtures(lengths.size());
  for (const CurveShape& shape : prior.shapes) {
    AddShape(shape, log_share[static_cast<size_t>(shape.family)], data, lengths, prior, &mixtures);
  }
  std::vector<EndForecast> forecasts;
  for (size_t i = 0; i < lengths.size(); ++i) {
    const std::span<const double> known = scores.first(lengths[i]);
    if (std::ranges::count_if(known, [](double score) { return std::isfinite(score); }) <
        kLeastScores) {
      forecasts.push_back({.variance = std::numeric_limits<double>::infinity()});
      continue;
    }
    mixtures[i].push_back(Walk(known, log_share[static_cast<size_t>(CurveFamily::kWalk)], prior));
    forecasts.push_back(Average(std::move(mixtures[i])));
  }
  return forecasts;
}

}  // namespace pleat
