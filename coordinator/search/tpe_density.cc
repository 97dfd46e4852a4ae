#include "coordinator/search/tpe_density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "coordinator/search/normal_distribution.h"

namespace pleat {
namespace {

// However many trials there are: steps of less than a hundredth of a range are seldom worth a
// trial.
constexpr double kSmallestWidth = 0.01;
// Probability with which a kernel draws a category evenly, instead of its own.
constexpr double kCategoryMixing = 0.4;

// Logarithm of the sum of exponentials.
double LogSum(std::span<const double> logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - largest);
  return largest + std::log(sum);
}

}  // namespace

TpeDensity::Factor TpeDensity::FactorOf(const CubeDimension& dimension) {
  Factor factor;
  if (!dimension.is_category) return factor;
  const double even = 1 / static_cast<double>(dimension.cells);
  factor.log_even = std::log(even);
  factor.log_own = std::log(1 - kCategoryMixing + kCategoryMixing * even);
  factor.log_other = std::log(kCategoryMixing * even);
  return factor;
}

TpeDensity::Normal TpeDensity::NormalOf(const CubeDimension& dimension, double center,
                                        double width) {
  // A kernel narrower than its cell would never leave it.
  width = std::max({width, kSmallestWidth, CubeCellWidth(dimension, center) / 2});
  // The density is cut to [0, 1].
  const double inside =
      NormalProbability((1 - center) / width) - NormalProbability(-center / width);
  return {.width = width,
          .log_height = -std::log(width * std::sqrt(2 * std::numbers::pi) * inside)};
}

TpeDensity::TpeDensity(std::span<const CubeDimension> dimensions, std::vector<Kernel> kernels,
                       double width)
    : dimensions_(dimensions), kernels_(std::move(kernels)) {
  std::erase_if(kernels_, [](const Kernel& kernel) { return kernel.weight <= 0; });
  kernels_.push_back({.center = CubePoint(dimensions_.size()), .weight = 1});
  double sum = 0;
  for (const Kernel& kernel : kernels_) sum += kernel.weight;
  const double shrink = std::pow(sum, -1.0 / (static_cast<double>(dimensions_.size()) + 4));
  for (const CubeDimension& dimension : dimensions_) factors_.push_back(FactorOf(dimension));
  for (Kernel& kernel : kernels_) {
    kernel.weight /= sum;
    log_weights_.push_back(std::log(kernel.weight));
    std::vector<Normal>& normals = normals_.emplace_back(dimensions_.size());
    for (size_t i = 0; i < normals.size(); ++i) {
      if (dimensions_[i].is_category || !kernel.center[i].has_value()) continue;
      normals[i] = NormalOf(dimensions_[i], *kernel.center[i], width * shrink);
    }
  }
}

double TpeDensity::LogDensity(const CubePoint& point) const {
  std::vector<double> logs(log_weights_);
  for (size_t k = 0; k < kernels_.size(); ++k) {
    for (size_t i = 0; i < point.size(); ++i) {
      if (point[i].has_value()) logs[k] += LogFactor(k, i, *point[i]);
    }
  }
  return LogSum(logs);
}

double TpeDensity::LogFactor(size_t kernel, size_t dimension, double coordinate) const {
  const Factor& factor = factors_[dimension];
  const std::optional<double>& center = kernels_[kernel].center[dimension];
  if (!center.has_value()) return factor.log_even;
  if (dimensions_[dimension].is_category) {
    const bool is_own =
        CubeCell(dimensions_[dimension], *center) == CubeCell(dimensions_[dimension], coordinate);
    return is_own ? factor.log_own : factor.log_other;
  }
  const Normal& normal = normals_[kernel][dimension];
  const double z = (coordinate - *center) / normal.width;
  return normal.log_height - 0.5 * z * z;
}

CubePoint TpeDensity::Draw(RandomStream& random) const {
  double rest = random.NextDouble();
  size_t chosen = 0;
  while (chosen + 1 < kernels_.size() && rest >= kernels_[chosen].weight) {
    rest -= kernels_[chosen++].weight;
  }
  CubePoint point(dimensions_.size());
  for (size_t i = 0; i < point.size(); ++i) {
    if (!CubeExists(dimensions_, i, point)) continue;
    point[i] = CubeMiddle(dimensions_[i], DrawCoordinate(chosen, i, random));
  }
  return point;
}

double TpeDensity::DrawCoordinate(size_t kernel, size_t dimension, RandomStream& random) const {
  const std::optional<double>& center = kernels_[kernel].center[dimension];
  if (!center.has_value()) return random.NextDouble();
  if (dimensions_[dimension].is_category) {
    return random.NextDouble() < kCategoryMixing ? random.NextDouble() : *center;
  }
  // The center lies inside and the width is at most half, so that few draws are dropped.
  while (true) {
    const double drawn = *center + normals_[kernel][dimension].width * random.NextNormal();
    if (drawn >= 0 && drawn < 1) return drawn;
  }
}

}  // namespace pleat
