// Checks of the earlier sweeps that a search learns from.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each name in `search.warm_start` that is the sweep's own or there twice,
// and one if the search does not learn.
void CheckWarmStart(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
