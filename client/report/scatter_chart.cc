#include "client/report/scatter_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/html/frame.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

// Room for dots at the ends.
constexpr double kMargin = 8;
// Whiskers of more points would hide them.
constexpr size_t kMostWhiskers = 60;

FrameBox BoxOf(const ScatterChart& chart) {
  FrameBox box;
  box.right = chart.width - 12;
  box.bottom = chart.height - (chart.axis_name.empty() ? 24 : 44);
  return box;
}

Axis ValueAxis(const ScatterChart& chart, const FrameBox& box) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const ScatterPoint& point : chart.points) {
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  if (low > 0 && high > 20 * low) {
    return Axis(low / 1.1, high * 1.1, box.bottom, box.top, /*log=*/true);
  }
  const double room = (high - low) * 0.06;
  high += room;
  if (chart.form == AxisText::kPercent) high = std::min(high, 1.0);
  return Axis(low - room, high, box.bottom, box.top);
}

class Drawing {
 public:
  explicit Drawing(const ScatterChart& chart)
      : chart_(chart),
        svg_(chart.width, chart.height, chart.label),
        box_(BoxOf(chart)),
        y_(ValueAxis(chart, box_)) {}

  std::string Draw() {
    DrawValueAxis(svg_, box_, y_, chart_.form, chart_.is_small ? 3 : 5);
    DrawTicks();
    if (chart_.best != ScatterChart::Best::kNone) DrawBest();
    if (chart_.points.size() <= kMostWhiskers) DrawWhiskers();
    for (const ScatterPoint& point : chart_.points) {
      if (!point.is_mark) svg_.Circle(Place(point), chart_.is_small ? 3 : 3.6, "dot a", point.tip);
    }
    for (const ScatterPoint& point : chart_.points) {
      if (point.is_mark) svg_.Diamond(Place(point), 6.5, "mark", point.tip);
    }
    return svg_.Take();
  }

 private:
  double X(double place) const {
    return box_.left + kMargin + place * (box_.right - box_.left - 2 * kMargin);
  }
  SvgPoint Place(const ScatterPoint& point) const { return {X(point.place), y_.At(point.value)}; }

  void DrawTicks() {
    svg_.Line({box_.left, box_.bottom}, {box_.right, box_.bottom}, "axis");
    for (const ParameterTick& tick : chart_.ticks) {
      svg_.Line({X(tick.place), box_.bottom}, {X(tick.place), box_.bottom + 4}, "axis");
      svg_.Text({X(tick.place), box_.bottom + 16}, tick.text, "middle");
    }
    if (chart_.axis_name.empty()) return;
    svg_.Text({(box_.left + box_.right) / 2, box_.bottom + 33}, chart_.axis_name, "middle name");
  }

  void DrawWhiskers() {
    for (const ScatterPoint& point : chart_.points) {
      if (point.error <= 0) continue;
      const double x = X(point.place);
      svg_.Line({x, y_.At(point.value - point.error)}, {x, y_.At(point.value + point.error)},
                "run a");
    }
  }

  void DrawBest() {
    const bool is_most = chart_.best == ScatterChart::Best::kMost;
    std::vector<SvgPoint> line;
    double best = 0;
    for (const ScatterPoint& point : chart_.points) {
      if (line.empty()) {
        best = point.value;
        line.push_back(Place(point));
      } else if (is_most ? point.value > best : point.value < best) {
        line.push_back({X(point.place), y_.At(best)});
        line.push_back(Place(point));
        best = point.value;
      }
    }
    if (line.empty()) return;
    line.push_back({X(1), line.back().y});
    svg_.Path(line, "line b");
  }

  const ScatterChart& chart_;
  Svg svg_;
  const FrameBox box_;
  const Axis y_;
};

}  // namespace

double ScatterFieldWidth(const ScatterChart& chart) {
  const FrameBox box = BoxOf(chart);
  return box.right - box.left - 2 * kMargin;
}

std::string ScatterChartSvg(const ScatterChart& chart) { return Drawing(chart).Draw(); }

}  // namespace pleat
