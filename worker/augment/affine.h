// Affine transforms: scale, rotation and shear about the image centre, shifts, mirrors.
#pragma once

#include <array>
#include <cstdint>

#include "common/base/philox.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Maps output pixel centres to input pixel centres: x_in = m[0] x + m[1] y + m[2], y_in = m[3] x +
// m[4] y + m[5].
using AffineMap = std::array<double, 6>;
inline constexpr AffineMap kIdentityMap = {1, 0, 0, 0, 1, 0};

// The map that applies `inner` first: x -> outer(inner(x)). An image is transformed by `outer`,
// then by `inner`.
AffineMap Compose(const AffineMap& outer, const AffineMap& inner);

// What is done to an image, in this order: sheared along x, then along y, scaled, rotated, all
// about the centre ((width - 1) / 2, (height - 1) / 2) as albumentations does; shifted.
struct AffineParameters {
  double shift_x = 0;          // to the right, fraction of the width
  double shift_y = 0;          // downwards, fraction of the height
  double scale = 1;            // > 1 magnifies
  double rotate_degrees = 0;   // counter-clockwise
  double shear_x_degrees = 0;  // x += tan(angle) y
  double shear_y_degrees = 0;  // y += tan(angle) x
};

// The inverse of what `parameters` do to images of this size.
AffineMap InverseMap(const AffineParameters& parameters, int64_t height, int64_t width);

// Mirrors left and right, or top and bottom.
AffineMap HorizontalMirror(int64_t width);
AffineMap VerticalMirror(int64_t height);

// Each parameter uniform within the spec's limits.
AffineParameters DrawAffine(const v1::ShiftScaleRotateSpec& spec, RandomStream& random);
AffineParameters DrawAffine(const v1::AffineSpec& spec, RandomStream& random);

}  // namespace pleat
