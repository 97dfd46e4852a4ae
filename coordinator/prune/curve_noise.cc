#include "coordinator/prune/curve_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pleat {
namespace {

// Weights of the epochs before the noise is known: four times as much in the first.
double RoughWeight(size_t t) { return 1 / (1 + 3.0 / static_cast<double>(t)); }
// A curve's end, rise and speed are fitted to its own scores.
constexpr double kFitted = 3;
// The late noise is no less of the mean one.
constexpr double kLeastLateShare = 0.1;
constexpr int kNoiseRounds = 4;

struct Line {
  double end = 0;
  double rise = 0;
  double squares = 0;
};

Line FitLine(std::span<const double> curve, const std::vector<double>& shape) {
  double w = 0, h = 0, hh = 0, y = 0, hy = 0;
  for (size_t i = 0; i < curve.size(); ++i) {
    const double weight = RoughWeight(i + 1);
    const double value = curve[i] - curve.back();
    w += weight;
    h += weight * shape[i];
    hh += weight * shape[i] * shape[i];
    y += weight * value;
    hy += weight * shape[i] * value;
  }
  const double determinant = w * hh - h * h;
  Line line = {.end = (hh * y - h * hy) / determinant, .rise = (w * hy - h * y) / determinant};
  for (size_t i = 0; i < curve.size(); ++i) {
    const double left = curve[i] - curve.back() - line.end - line.rise * shape[i];
    line.squares += RoughWeight(i + 1) * left * left;
  }
  return line;
}

}  // namespace

std::vector<double> SquaredResiduals(std::span<const double> curve,
                                     std::span<const CurveShape> shapes) {
  Line best = {.squares = std::numeric_limits<double>::infinity()};
  const CurveShape* nearest = nullptr;
  for (const CurveShape& shape : shapes) {
    const Line line = FitLine(curve, shape.values);
    if (!(line.squares < best.squares)) continue;
    best = line;
    nearest = &shape;
  }
  const auto n = static_cast<double>(curve.size());
  const double freedom = std::max(1.0, n - kFitted);
  std::vector<double> squares(curve.size());
  if (nearest == nullptr) return squares;
  for (size_t i = 0; i < curve.size(); ++i) {
    const double left = curve[i] - curve.back() - best.end - best.rise * nearest->values[i];
    squares[i] = left * left * n / freedom;
  }
  return squares;
}

// Least squares of late + early / t to the mean square of each epoch, whose own variance is as the
// square of what it estimates.
CurveNoise EstimateNoise(std::span<const std::vector<double>> squared_residuals, double least) {
  const size_t epochs = squared_residuals[0].size();
  std::vector<double> means(epochs);
  double mean = 0;
  for (const std::vector<double>& squares : squared_residuals) {
    for (size_t i = 0; i < epochs; ++i) {
      means[i] += squares[i] / static_cast<double>(squared_residuals.size());
    }
  }
  for (const double one : means) mean += one / static_cast<double>(epochs);
  CurveNoise noise = {.late = std::max(mean, least)};
  for (int round = 0; round < kNoiseRounds; ++round) {
    double w = 0, x = 0, xx = 0, y = 0, xy = 0;
    for (size_t i = 0; i < epochs; ++i) {
      const double variance = noise.Variance(static_cast<uint32_t>(i + 1));
      const double weight = 1 / (variance * variance);
      const double inverse = 1 / static_cast<double>(i + 1);
      w += weight;
      x += weight * inverse;
      xx += weight * inverse * inverse;
      y += weight * means[i];
      xy += weight * inverse * means[i];
    }
    const double determinant = w * xx - x * x;
    if (!(determinant > 0)) break;
    const double late = std::max((xx * y - x * xy) / determinant, kLeastLateShare * y / w);
    noise.early = std::max(0.0, (xy - x * late) / xx);
    noise.late = std::max(noise.early > 0 ? late : y / w, least);
  }
  return noise;
}

}  // namespace pleat
