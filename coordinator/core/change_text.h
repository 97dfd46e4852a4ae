// What somebody changed of a sweep after its submission, in words: for the status, the report, the
// ensemble's manifest and `pleat explain`.
#pragma once

#include <string>

#include "proto/journal.pb.h"

namespace pleat {

// "extended from 4 to 8 trials"
std::string ChangeText(const v1::SweepExtended& update);
// "trial 3 folds 1, 2 are trained again from the beginning"
std::string ChangeText(const v1::TrialRetried& update);
// "search.max_trials changed from 8 to 12"
std::string ChangeText(const v1::LimitsChanged& update);

}  // namespace pleat
