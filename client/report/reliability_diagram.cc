#include "client/report/reliability_diagram.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/html/frame.h"
#include "common/html/html_text.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr double kHeight = 330;
constexpr double kRowsHeight = 44;

}  // namespace

std::string ReliabilityDiagramSvg(const std::vector<CalibrationBinReport>& bins,
                                  const std::string& label) {
  Svg svg(kChartWidth, kHeight, label);
  const FrameBox box{.bottom = kHeight - 44 - kRowsHeight};
  const Axis x(0, 1, box.left, box.right);
  const Axis y(0, 1, box.bottom, box.top);
  DrawValueAxis(svg, box, y, AxisText::kPercent);
  uint64_t most_rows = 1;
  for (const CalibrationBinReport& bin : bins) most_rows = std::max(most_rows, bin.rows);
  const FrameBox rows_box{.top = box.bottom + 6, .bottom = box.bottom + 6 + kRowsHeight};
  for (const CalibrationBinReport& bin : bins) {
    if (bin.rows == 0) continue;
    const double left = x.At(bin.from) + 1;
    const double width = x.At(bin.to) - 1 - left;
    const std::string tip = absl::StrCat("confidence ", PercentText(bin.confidence), ", accuracy ",
                                         PercentText(bin.accuracy), ", ", CountText(bin.rows),
                                         bin.rows == 1 ? " row" : " rows");
    svg.Rect({left, y.At(bin.accuracy)}, width, box.bottom - y.At(bin.accuracy), "bar", tip);
    const double top = std::min(y.At(bin.accuracy), y.At(bin.confidence));
    svg.Rect({left, top}, width, std::abs(y.At(bin.accuracy) - y.At(bin.confidence)), "gap", tip);
    // The root shows bins with few rows beside those with nearly all.
    const double share = std::sqrt(static_cast<double>(bin.rows) / static_cast<double>(most_rows));
    svg.Rect({left, rows_box.bottom - share * kRowsHeight}, width, share * kRowsHeight, "rows",
             tip);
  }
  svg.Line({x.At(0), y.At(0)}, {x.At(1), y.At(1)}, "baseline");
  svg.Text({box.left - 6, rows_box.bottom - 4}, "rows", "end");
  DrawNumberAxis(svg, rows_box, x, "confidence (largest probability)", AxisText::kPercent);
  return svg.Take();
}

}  // namespace pleat
