// Checks of trials given by hand.
#pragma once

#include <string>
#include <vector>

#include "common/config/constraints.h"
#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each value that is none of a parameter, for trials that break a constraint
// whatever the search adds, and if they are more than max_trials.
void CheckEnqueued(const v1::SweepSpec& spec, const Constraints& constraints,
                   std::vector<Problem>* problems);

// The same for one such trial, which stands at `path`.
void CheckTrialByHand(const v1::SweepSpec& spec, const Constraints& constraints,
                      const v1::EnqueuedTrialSpec& trial, const std::string& path,
                      std::vector<Problem>* problems);

}  // namespace pleat
