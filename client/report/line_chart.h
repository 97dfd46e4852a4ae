// Lines over epochs: each series as the mean of its runs, with a band of one standard deviation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/html/axis.h"
#include "common/html/svg.h"

namespace pleat {

// One value per epoch from 1 on; NaN: none.
using Run = std::vector<double>;

struct LineSeries {
  std::string name = {};
  std::string css = {};        // class of its colour: "a", "b"
  std::vector<Run> runs = {};  // one per fold
  bool show_runs = true;       // faintly, behind the mean
};

struct LineChart {
  std::string label = {};  // what it shows, for screen readers
  AxisText form = AxisText::kNumber;
  bool may_be_log = false;              // logarithmic if the values span more than a factor of 20
  std::optional<double> baseline = {};  // a dashed line
  std::vector<LineSeries> series = {};
  double width = kChartWidth;
  double height = 270;
  bool is_small = false;  // no names on the axes, few ticks
};

std::string LineChartSvg(const LineChart& chart);

}  // namespace pleat
