#include "common/html/frame.h"

namespace pleat {

void DrawValueAxis(Svg& svg, const FrameBox& box, const Axis& y, AxisText form, int count) {
  const std::vector<double> ticks = y.Ticks(count);
  const std::vector<std::string> texts = TickTexts(ticks, form);
  for (size_t i = 0; i < ticks.size(); ++i) {
    const double at = y.At(ticks[i]);
    svg.Line({box.left, at}, {box.right, at}, "grid");
    svg.Text({box.left - 6, at + 3.5}, texts[i], "end");
  }
}

void DrawNumberAxis(Svg& svg, const FrameBox& box, const Axis& x, const std::string& label,
                    AxisText form, int count) {
  const std::vector<double> ticks = x.Ticks(count);
  const std::vector<std::string> texts = TickTexts(ticks, form);
  svg.Line({box.left, box.bottom}, {box.right, box.bottom}, "axis");
  for (size_t i = 0; i < ticks.size(); ++i) {
    svg.Line({x.At(ticks[i]), box.bottom}, {x.At(ticks[i]), box.bottom + 4}, "axis");
    svg.Text({x.At(ticks[i]), box.bottom + 16}, texts[i], "middle");
  }
  if (!label.empty()) svg.Text({(box.left + box.right) / 2, box.bottom + 33}, label, "middle name");
}

}  // namespace pleat
