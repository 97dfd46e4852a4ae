// The p that every kind of transform has.
#pragma once

#include "proto/sweep.pb.h"

namespace pleat {

// The transform's p: a probability, or its weight in a one_of. 0 if no kind is set.
double ProbabilityOf(const v1::TransformSpec& transform);

}  // namespace pleat
