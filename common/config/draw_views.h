// The views of test-time augmentation.
#pragma once

#include <vector>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The spec's views in order, each repeat with a draw of its own: shift x, shift y, scale and angle,
// uniform within the limits; or, for other transforms and with `per_row`, the transforms and a key
// from which workers draw. Functions of `ensemble.seed` and the view's place alone.
std::vector<v1::View> DrawViews(const v1::EnsembleSpec& spec);

}  // namespace pleat
