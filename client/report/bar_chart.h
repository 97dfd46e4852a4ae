// Shares of a whole as bars.
#pragma once

#include <string>
#include <vector>

namespace pleat {

struct ShareBar {
  std::string name = {};
  double share = 0;       // from 0 to 1
  bool is_muted = false;  // what is left over
};

// Bars from top to bottom, each with its share beside it.
std::string BarChartSvg(const std::vector<ShareBar>& bars, const std::string& label);

}  // namespace pleat
