// A transform of v1.TransformSpec with its parameters drawn: plain data.
#pragma once

#include <variant>
#include <vector>

#include "worker/augment/affine.h"
#include "worker/augment/crop_cutout.h"
#include "worker/augment/distortion.h"
#include "worker/augment/pixel.h"

namespace pleat {

// Mirrors are affine; one_of is the transform that it drew.
using DrawnTransform =
    std::variant<AffineMap, GridDistortion, Elastic, Brightness, Gamma, Contrast, Crop, Cutout>;

// What happens to one image, in order; empty: it stays as it is.
using DrawnTransforms = std::vector<DrawnTransform>;

}  // namespace pleat
