#include "client/report/parallel_chart.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr double kLeft = 34;
constexpr double kRight = 424;
constexpr double kAbsent = 10;  // where trials pass that do not have the parameter
constexpr double kTop = 26;
constexpr double kAxisLane = 80;

double Y(size_t axis) { return kTop + kAxisLane * static_cast<double>(axis); }

double X(const std::optional<double>& place) {
  return place.has_value() ? kLeft + *place * (kRight - kLeft) : kAbsent;
}

void DrawLine(const ParallelLine& line, Svg& svg) {
  std::vector<SvgPoint> points;
  for (size_t i = 0; i < line.places.size(); ++i) {
    // Upright through the axis, so that lines that meet there can be told apart.
    points.push_back({X(line.places[i]), Y(i) - 4});
    points.push_back({X(line.places[i]), Y(i) + 4});
  }
  svg.Path(points, line.is_mark ? "trial best" : absl::StrCat("trial s", line.shade), line.tip);
}

void DrawAxis(const ParallelAxis& axis, size_t place, bool has_absent, Svg& svg) {
  const double y = Y(place);
  svg.Line({kLeft, y}, {kRight, y}, "axis");
  if (has_absent) svg.Text({kAbsent, y + 17}, "–", "middle halo");
  for (const ParameterTick& tick : axis.ticks) {
    svg.Line({X(tick.place), y - 3}, {X(tick.place), y + 3}, "axis");
    svg.Text({X(tick.place), y + 17}, tick.text, "middle halo");
  }
  svg.Text({kLeft, y - 10}, axis.name, "strong halo");
}

}  // namespace

double ParallelAxisWidth() { return kRight - kLeft; }

std::string ParallelChartSvg(const std::vector<ParallelAxis>& axes,
                             const std::vector<ParallelLine>& lines, const std::string& label) {
  Svg svg(kChartWidth, Y(axes.size() - 1) + 26, label);
  for (const bool marks : {false, true}) {
    for (const ParallelLine& line : lines) {
      if (line.is_mark == marks) DrawLine(line, svg);
    }
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    const bool has_absent = std::ranges::any_of(
        lines, [&](const ParallelLine& line) { return !line.places[i].has_value(); });
    DrawAxis(axes[i], i, has_absent, svg);
  }
  return svg.Take();
}

}  // namespace pleat
