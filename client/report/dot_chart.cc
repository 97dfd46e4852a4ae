#include "client/report/dot_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/html/frame.h"
#include "common/html/html_text.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr double kDotLane = 24;
constexpr double kRadius = 3.4;
constexpr size_t kLongestLaneName = 14;

double NameRoom(const DotChart& chart) {
  size_t longest = 2;
  for (const DotLane& lane : chart.lanes) {
    longest = std::max(longest, std::min(lane.name.size(), kLongestLaneName + 1));
  }
  return 14 + 6.6 * static_cast<double>(longest);
}

Axis ValueAxis(const DotChart& chart, const FrameBox& box) {
  double low = chart.baseline.value_or(std::numeric_limits<double>::infinity());
  double high = chart.baseline.value_or(-std::numeric_limits<double>::infinity());
  const auto take = [&](const Dot& dot) {
    if (!std::isfinite(dot.value)) return;
    low = std::min(low, dot.value);
    high = std::max(high, dot.value);
  };
  for (const DotLane& lane : chart.lanes) {
    for (const Dot& dot : lane.dots) take(dot);
    if (lane.mark.has_value()) take(*lane.mark);
  }
  const double room = (high - low) * 0.05;
  high += room;
  if (chart.form == AxisText::kPercent) high = std::min(high, 1.0);
  return Axis(low - room, high, box.left + 8, box.right - 8);
}

// How far each dot is moved across its lane: in its turn among those too near to it.
std::vector<double> Offsets(const std::vector<double>& positions) {
  std::vector<double> offsets;
  for (size_t i = 0; i < positions.size(); ++i) {
    int near = 0;
    for (size_t j = 0; j < i; ++j) {
      if (std::abs(positions[i] - positions[j]) < kRadius) ++near;
    }
    const int turn = near % 5;
    offsets.push_back((turn % 2 == 0 ? 1 : -1) * ((turn + 1) / 2) * kRadius * 1.1);
  }
  return offsets;
}

}  // namespace

std::string DotChartSvg(const DotChart& chart) {
  FrameBox box{.left = NameRoom(chart), .top = 8};
  box.bottom = box.top + kDotLane * static_cast<double>(chart.lanes.size());
  Svg svg(kChartWidth, box.bottom + 42, chart.label);
  const Axis x = ValueAxis(chart, box);
  for (const double tick : x.Ticks(5)) {
    svg.Line({x.At(tick), box.top}, {x.At(tick), box.bottom}, "grid");
  }
  for (size_t i = 0; i < chart.lanes.size(); ++i) {
    const DotLane& lane = chart.lanes[i];
    const double middle = box.top + (static_cast<double>(i) + 0.5) * kDotLane;
    svg.Text({box.left - 8, middle + 4}, ShortName(lane.name, kLongestLaneName), "end strong");
    svg.Line({box.left, middle}, {box.right, middle}, "lane");
    std::vector<double> positions;
    for (const Dot& dot : lane.dots) positions.push_back(x.At(dot.value));
    const std::vector<double> offsets = Offsets(positions);
    for (size_t j = 0; j < lane.dots.size(); ++j) {
      if (!std::isfinite(lane.dots[j].value)) continue;
      svg.Circle({positions[j], middle + offsets[j]}, kRadius, "dot a", lane.dots[j].tip);
    }
    if (lane.mark.has_value() && std::isfinite(lane.mark->value)) {
      svg.Diamond({x.At(lane.mark->value), middle}, kRadius * 1.9, "mark", lane.mark->tip);
    }
  }
  if (chart.baseline.has_value()) {
    const double at = x.At(*chart.baseline);
    svg.Line({at, box.top}, {at, box.bottom}, "baseline");
  }
  DrawNumberAxis(svg, box, x, chart.axis_name, chart.form, 5);
  return svg.Take();
}

}  // namespace pleat
