#include "worker/inspect/bar_chart.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/html/frame.h"
#include "common/html/html_text.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr size_t kMostLanes = 24;
constexpr size_t kMostColumns = 300;
constexpr double kLaneHeight = 20;
constexpr size_t kMostBins = 30;
constexpr double kColumnsHeight = 250;

uint64_t Most(const std::vector<uint64_t>& rows) {
  return std::max<uint64_t>(1, *std::ranges::max_element(rows));
}

std::string Tip(const std::string& what, const std::string& name, uint64_t rows) {
  return absl::StrCat(what, " ", name, ": ", CountText(rows), rows == 1 ? " row" : " rows");
}

std::string Lanes(const Bars& bars) {
  constexpr double kLeft = 104;
  constexpr double kRight = kChartWidth - 62;
  Svg svg(kChartWidth, kLaneHeight * static_cast<double>(bars.rows.size()) + 4, bars.label);
  const double most = static_cast<double>(Most(bars.rows));
  for (size_t i = 0; i < bars.rows.size(); ++i) {
    const double top = kLaneHeight * static_cast<double>(i) + 2;
    const double width = (kRight - kLeft) * static_cast<double>(bars.rows[i]) / most;
    const bool is_empty = bars.rows[i] == 0;
    svg.Text({kLeft - 8, top + 13}, ShortName(bars.names[i], 14), "end strong");
    svg.Rect({kLeft, top + 2}, std::max(width, 1.0), kLaneHeight - 5, is_empty ? "gap" : "bar",
             Tip(bars.what, bars.names[i], bars.rows[i]));
    svg.Text({kLeft + width + 7, top + 13}, CountText(bars.rows[i]));
  }
  return svg.Take();
}

// Bars side by side from 0 to `most` of the value axis; bar i stands over [i, i + 1) of `x`.
struct Columns {
  std::vector<uint64_t> heights;
  std::vector<std::string> tips;
};

std::string DrawColumns(const std::string& label, const std::string& axis_name,
                        const Columns& columns, double low, double high) {
  Svg svg(kChartWidth, kColumnsHeight, label);
  const FrameBox box{.bottom = kColumnsHeight - 44};
  const double count = static_cast<double>(columns.heights.size());
  const Axis y(0, static_cast<double>(Most(columns.heights)), box.bottom, box.top);
  DrawValueAxis(svg, box, y, AxisText::kNumber);
  const double step = (box.right - box.left) / count;
  const double gap = step > 4 ? 1 : 0;
  for (size_t i = 0; i < columns.heights.size(); ++i) {
    const double top = y.At(static_cast<double>(columns.heights[i]));
    svg.Rect({box.left + step * static_cast<double>(i) + gap, top}, step - 2 * gap,
             box.bottom - top, "bar", columns.tips[i]);
  }
  DrawNumberAxis(svg, box, Axis(low, high, box.left, box.right), axis_name, AxisText::kNumber);
  return svg.Take();
}

std::string SideBySide(const Bars& bars) {
  Columns columns{.heights = bars.rows, .tips = {}};
  for (size_t i = 0; i < bars.rows.size(); ++i) {
    columns.tips.push_back(Tip(bars.what, bars.names[i], bars.rows[i]));
  }
  return DrawColumns(bars.label, absl::StrCat(bars.what, ", by number; rows upwards"), columns, 0,
                     static_cast<double>(bars.rows.size()));
}

std::string Distribution(const Bars& bars) {
  const auto [least, most] = std::ranges::minmax(bars.rows);
  const uint64_t width = (most - least) / kMostBins + 1;
  Columns columns{.heights = std::vector<uint64_t>((most - least) / width + 1), .tips = {}};
  for (const uint64_t rows : bars.rows) ++columns.heights[(rows - least) / width];
  for (size_t i = 0; i < columns.heights.size(); ++i) {
    const uint64_t from = least + i * width;
    columns.tips.push_back(absl::StrCat(CountText(from), " to ", CountText(from + width - 1),
                                        " rows: ", CountText(columns.heights[i])));
  }
  const uint64_t end = least + width * columns.heights.size();
  return DrawColumns(bars.label, absl::StrCat("rows of a ", bars.what, "; how many upwards"),
                     columns, static_cast<double>(least), static_cast<double>(end));
}

}  // namespace

std::string BarChartSvg(const Bars& bars) {
  if (bars.rows.size() <= kMostLanes) return Lanes(bars);
  return bars.rows.size() <= kMostColumns ? SideBySide(bars) : Distribution(bars);
}

}  // namespace pleat
