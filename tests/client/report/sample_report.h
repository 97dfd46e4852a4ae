// A report with everything in it, for tests.
#pragma once

#include "client/report/sweep_report.h"

namespace pleat {

// Two trials of four folds and eight epochs on ten classes; names hold what markup must escape.
SweepReport SampleReport();

}  // namespace pleat
