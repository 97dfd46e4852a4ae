// Confidence against accuracy.
#pragma once

#include <string>
#include <vector>

#include "client/report/sweep_report.h"

namespace pleat {

// A bar per bin with its accuracy, the gap to its mean confidence marked, the diagonal of a
// perfectly calibrated model, and below how many rows each bin has (Guo et al. 2017, figure 1).
std::string ReliabilityDiagramSvg(const std::vector<CalibrationBinReport>& bins,
                                  const std::string& label);

}  // namespace pleat
