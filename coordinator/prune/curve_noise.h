// How much a learning curve jumps from epoch to epoch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coordinator/prune/curve_shape.h"

namespace pleat {

// Variance of a score about its curve: it falls with the epoch, as training does.
struct CurveNoise {
  double late = 0;   // what stays
  double early = 0;  // what is more in the first epoch

  // At t = 1 .. E.
  double Variance(uint32_t t) const { return late + early / t; }
};

// Squares of what is left of a curve's scores, all finite, beside the nearest of the shapes, [E].
std::vector<double> SquaredResiduals(std::span<const double> curve,
                                     std::span<const CurveShape> shapes);

// The noise that such squares of one or more curves show; at least `least` in all epochs.
CurveNoise EstimateNoise(std::span<const std::vector<double>> squared_residuals, double least);

}  // namespace pleat
