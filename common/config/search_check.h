// Checks of the search space against the fields that it varies.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each parameter that is not the path of a field of this sweep's model or
// training wherever it is part of a trial, each value or bound that its fields do not take, each
// field that takes two values, what CheckConditions, Constraints and CheckEnqueued refuse, and for
// a search without end, without a trial, or beyond its limit.
void CheckSearch(const v1::SweepSpec& spec, std::vector<Problem>* problems);

// Of these only the last: a search without end, without a trial, or beyond its limit.
void CheckSearchSize(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
