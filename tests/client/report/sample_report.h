// A report with everything in it, for tests.
#pragma once

#include "client/report/sweep_report.h"

namespace pleat {

// Two trials of four folds and eight epochs on ten classes; names hold what markup must escape.
SweepReport SampleReport();
// The same with a search of twelve trials over a learning rate, a dropout and an optimizer, of
// which one failed; the first trial is the best.
SweepReport SampleSearchReport();

}  // namespace pleat
