// Checks of a search's budget that take more than a field's range.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem if `search.budget` limits nothing, or names a time that is none.
void CheckBudget(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
