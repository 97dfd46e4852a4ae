// Scores of trials against something, a dot each.
#pragma once

#include <string>
#include <vector>

#include "client/report/parameter_ticks.h"
#include "common/html/axis.h"
#include "common/html/svg.h"

namespace pleat {

struct ScatterPoint {
  double place = 0;  // across, from 0 to 1
  double value = 0;
  double error = 0;      // a whisker of this length up and down
  bool is_mark = false;  // the best: a diamond
  std::string tip = {};
};

struct ScatterChart {
  std::string label = {};      // what it shows, for screen readers
  std::string axis_name = {};  // across
  AxisText form = AxisText::kNumber;
  std::vector<ParameterTick> ticks = {};
  std::vector<ScatterPoint> points = {};
  // Draws the best value up to each place, from left to right; points are in that order.
  enum class Best { kNone, kLeast, kMost } best = Best::kNone;
  double width = kChartWidth;
  double height = 270;
  bool is_small = false;  // few marks
};

// Width of the field in which the points lie.
double ScatterFieldWidth(const ScatterChart& chart);

// The values' axis is logarithmic if they span more than a factor of 20.
std::string ScatterChartSvg(const ScatterChart& chart);

}  // namespace pleat
