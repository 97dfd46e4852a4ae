#include "coordinator/prune/curve_shape.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

// From one that ends within an epoch to one that is all but a straight line.
constexpr double kFastestTau = 0.4;
constexpr double kSlowestTauInEpochs = 2;
constexpr double kSlowestPower = 0.15;
constexpr double kFastestPower = 4;
constexpr double kStep = 1.12;
// Of a curve's range: less is as good as none.
constexpr double kLeastRise = 0.1;

}  // namespace

std::vector<double> ShapeOf(std::span<const double> curve) {
  const auto [low, high] = std::ranges::minmax_element(curve);
  const double rise = curve.back() - curve.front();
  if (!(std::abs(rise) > kLeastRise * (*high - *low))) return {};
  std::vector<double> shape;
  for (const double value : curve) shape.push_back((value - curve.back()) / rise);
  return shape;
}

std::vector<CurveShape> MakeCurveShapes(uint32_t epochs) {
  std::vector<CurveShape> shapes;
  const auto add = [&](CurveFamily family, auto value) {
    std::vector<double> curve;
    for (uint32_t t = 1; t <= epochs; ++t) curve.push_back(value(static_cast<double>(t)));
    shapes.push_back({.family = family, .values = ShapeOf(curve)});
  };
  for (double tau = kFastestTau; tau < kSlowestTauInEpochs * epochs; tau *= kStep) {
    add(CurveFamily::kExponential, [&](double t) { return -std::exp(-t / tau); });
  }
  for (double power = kSlowestPower; power < kFastestPower; power *= kStep) {
    add(CurveFamily::kPower, [&](double t) { return -std::pow(t, -power); });
  }
  return shapes;
}

}  // namespace pleat
