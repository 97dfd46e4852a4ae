// Checks of a sweep's folds that take more than one field.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for a splitter that lacks its groups, a column of folds that the data cannot
// have, and more folds than a sweep may have.
void CheckFoldSettings(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
