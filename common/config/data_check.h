// Checks of a sweep's data that take more than one field.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for each set that needs labels and names none, group that the data cannot give,
// and further set with the name of a split.
void CheckData(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
