// The field of a chart with its axes.
#pragma once

#include <string>

#include "common/html/axis.h"
#include "common/html/svg.h"

namespace pleat {

// Where the field lies in the drawing.
struct FrameBox {
  double left = 52;
  double top = 12;
  double right = 428;
  double bottom = 226;
};

// Draws horizontal grid lines with their numbers, and the label of the axis above them.
void DrawValueAxis(Svg& svg, const FrameBox& box, const Axis& y, AxisText form, int count = 5);
// Draws the numbers under the field, and the label of the axis.
void DrawNumberAxis(Svg& svg, const FrameBox& box, const Axis& x, const std::string& label,
                    AxisText form, int count = 6);

}  // namespace pleat
