// Values of things side by side: dots in lanes along one axis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/html/axis.h"

namespace pleat {

struct Dot {
  double value = 0;
  std::string tip = {};
};

// One lane: a class, a trial, a split.
struct DotLane {
  std::string name = {};
  std::vector<Dot> dots = {};
  std::optional<Dot> mark = {};  // a diamond: the mean, or the ensemble
};

struct DotChart {
  std::string label = {};
  std::string axis_name = {};
  AxisText form = AxisText::kNumber;
  std::optional<double> baseline = {};
  std::vector<DotLane> lanes = {};  // from top to bottom
};

// Lanes lie side by side downwards, so that names have room; the chart grows with them. Dots that
// would hide each other are moved apart across the lane.
std::string DotChartSvg(const DotChart& chart);

}  // namespace pleat
