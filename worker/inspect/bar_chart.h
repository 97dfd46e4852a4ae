// How many rows there are of each class or group.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pleat {

struct Bars {
  std::string label = {};               // of the drawing, for screen readers
  std::string what = {};                // "class"
  std::vector<std::string> names = {};  // [rows.size()]
  std::vector<uint64_t> rows = {};
};

// An SVG. Few bars lie below each other with their names; more stand side by side over their
// numbers; beyond 300 the drawing shows how many there are of which size. There is at least one.
std::string BarChartSvg(const Bars& bars);

}  // namespace pleat
