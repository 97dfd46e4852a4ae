// Parallel coordinates: an axis per parameter, a line per trial through its values (Inselberg
// 1985).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/report/parameter_ticks.h"

namespace pleat {

struct ParallelAxis {
  std::string name = {};
  std::vector<ParameterTick> ticks = {};
};

struct ParallelLine {
  std::vector<std::optional<double>> places = {};  // by axis, from 0 to 1; nothing: not there
  size_t shade = 0;                                // which of kParallelShades, the best first
  bool is_mark = false;                            // the best
  std::string tip = {};
};

// The page's style has a colour for each: classes "trial s0" to "trial s4".
inline constexpr size_t kParallelShades = 5;

// Length of an axis in the drawing.
double ParallelAxisWidth();

// Axes lie below each other, so that names and numbers have room on a phone; the chart grows with
// them. What a trial does not have is left of an axis. Lines are drawn in their order, the marked
// ones last.
std::string ParallelChartSvg(const std::vector<ParallelAxis>& axes,
                             const std::vector<ParallelLine>& lines, const std::string& label);

}  // namespace pleat
