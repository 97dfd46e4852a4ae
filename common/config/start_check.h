// Checks of what a trial begins with that take more than one field.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem if trials only use finished weights and none are named, or begin with weights
// of the very sweep.
void CheckStart(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
