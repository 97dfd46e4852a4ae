// Checks of the training recipe that take more than one field.
#pragma once

#include <vector>

#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Appends a problem for class weights that are all 0, or that are not one per class where the sweep
// says how many classes there are.
void CheckRecipe(const v1::SweepSpec& spec, std::vector<Problem>* problems);

}  // namespace pleat
