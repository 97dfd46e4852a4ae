// Marks along the axis of a search parameter.
#pragma once

#include <string>
#include <vector>

#include "client/analysis/parameter_axis.h"

namespace pleat {

struct ParameterTick {
  double place = 0;  // from 0 to 1
  std::string text = {};
};

// Round numbers, or the values of a list; as many as have room beside each other on an axis that is
// `width` units of a drawing long.
std::vector<ParameterTick> ParameterTicks(const ParameterAxis& axis, double width);

// The width of a drawing's text, about.
double TextRoom(const std::string& text);

}  // namespace pleat
