// Checks of search.pruning against the rest of the sweep.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each parameter that gives trials of a race different numbers of epochs, and
// for a test that no number of this sweep's folds can pass.
void CheckPruning(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
