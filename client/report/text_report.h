// The report for a terminal.
#pragma once

#include <string>

#include "client/report/sweep_report.h"

namespace pleat {

// The best of several trials with its honest score, and which parameters mattered; scores of each
// split, the weakest classes against the baseline, and the pairs most often confused. Pure.
std::string TextReport(const SweepReport& report);

}  // namespace pleat
