// Where a learning curve will end, from its first epochs: the average of all shapes that it may
// have, weighed by how well they fit it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "coordinator/prune/curve_noise.h"
#include "coordinator/prune/curve_shape.h"

namespace pleat {

// What is believed of a curve before it is seen.
struct CurvePrior {
  uint32_t epochs = 0;                             // E >= 2
  std::vector<CurveShape> shapes;                  // of equal weight inside their family
  std::array<double, kCurveFamilies> shares = {};  // of the families; 0: none of it
  // The rise is normal about a mean; any end is as likely as another.
  double mean_rise = 0;
  double rise_deviation = 1;
  CurveNoise noise;
};

// A normal distribution of a curve's score after its last epoch, that epoch's noise included.
struct EndForecast {
  double mean = 0;
  double variance = 0;
  std::array<double, kCurveFamilies> shares = {};  // how well the families fit, of sum 1
};

// The forecasts from the first lengths[i] scores each; scores that are not finite are left out.
// Lengths ascend, up to the number of scores. End, rise and speed are three unknowns: a forecast
// from fewer than three finite scores is of infinite variance.
//
// End and rise have their posterior by least squares under the prior's noise, and a shape the
// weight of its marginal likelihood; the walk has steps of the variance that fits best. The mixture
// has the mean and the variance of all of them together (Domhan, Springenberg, Hutter 2015 average
// families likewise, by sampling).
std::vector<EndForecast> ForecastEnds(std::span<const double> scores,
                                      std::span<const uint32_t> lengths, const CurvePrior& prior);

}  // namespace pleat
