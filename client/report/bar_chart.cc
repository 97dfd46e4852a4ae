#include "client/report/bar_chart.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "client/report/parameter_ticks.h"
#include "common/html/html_text.h"
#include "common/html/svg.h"

namespace pleat {
namespace {

constexpr double kBarLane = 26;
constexpr double kBar = 14;
constexpr double kTextRoom = 46;  // of "100 %"
constexpr size_t kLongestName = 22;

}  // namespace

std::string BarChartSvg(const std::vector<ShareBar>& bars, const std::string& label) {
  double left = 0;
  for (const ShareBar& bar : bars) {
    left = std::max(left, TextRoom(ShortName(bar.name, kLongestName)) + 12);
  }
  Svg svg(kChartWidth, kBarLane * static_cast<double>(bars.size()) + 4, label);
  for (size_t i = 0; i < bars.size(); ++i) {
    const double middle = (static_cast<double>(i) + 0.5) * kBarLane;
    const double full = kChartWidth - left - kTextRoom;
    const double width = full * std::clamp(bars[i].share, 0.0, 1.0);
    const std::string share = absl::StrFormat("%.0f %%", bars[i].share * 100);
    svg.Text({left - 8, middle + 4}, ShortName(bars[i].name, kLongestName), "end strong");
    svg.Rect({left, middle - kBar / 2}, full, kBar, "cell empty");
    svg.Rect({left, middle - kBar / 2}, width, kBar, bars[i].is_muted ? "rows" : "bar",
             bars[i].name + ": " + share);
    svg.Text({kChartWidth, middle + 4}, share, "end");
  }
  return svg.Take();
}

}  // namespace pleat
