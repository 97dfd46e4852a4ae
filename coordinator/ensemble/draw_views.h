// The views of test-time augmentation.
#pragma once

#include <vector>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The spec's views in order, each repeat with a transform of its own: shift x, shift y, scale and
// angle, uniform within the limits. Functions of `ensemble.seed` and the view's place alone.
std::vector<v1::View> DrawViews(const v1::EnsembleSpec& spec);

}  // namespace pleat
