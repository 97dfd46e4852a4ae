// Checks of the search space against the fields that it varies.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each parameter that is not the path of one value of this sweep's model or
// training, each value or bound that its field does not take, each empty interval or step that
// leads nowhere, each value given by hand that is none of a parameter, and for a search without end
// or beyond its limit.
void CheckSearch(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
