#include "worker/augment/affine.h"

#include <cmath>
#include <numbers>

namespace pleat {
namespace {

constexpr double kRadiansPerDegree = std::numbers::pi / 180;

double DrawEitherWay(double limit, RandomStream& random) {
  return random.NextUniform(-limit, limit);
}

}  // namespace

AffineMap Compose(const AffineMap& outer, const AffineMap& inner) {
  return {outer[0] * inner[0] + outer[1] * inner[3],
          outer[0] * inner[1] + outer[1] * inner[4],
          outer[0] * inner[2] + outer[1] * inner[5] + outer[2],
          outer[3] * inner[0] + outer[4] * inner[3],
          outer[3] * inner[1] + outer[4] * inner[4],
          outer[3] * inner[2] + outer[4] * inner[5] + outer[5]};
}

AffineMap InverseMap(const AffineParameters& parameters, int64_t height, int64_t width) {
  const double center_x = static_cast<double>(width - 1) / 2;
  const double center_y = static_cast<double>(height - 1) / 2;
  const double radians = parameters.rotate_degrees * kRadiansPerDegree;
  const double cosine = std::cos(radians) / parameters.scale;
  const double sine = std::sin(radians) / parameters.scale;
  const double shear_x = std::tan(parameters.shear_x_degrees * kRadiansPerDegree);
  const double shear_y = std::tan(parameters.shear_y_degrees * kRadiansPerDegree);
  // Rotation and scale are undone first, then the shear along y, then that along x.
  const AffineMap unrotated = {cosine, -sine, 0, sine, cosine, 0};
  const AffineMap unsheared = {1 + shear_x * shear_y, -shear_x, 0, -shear_y, 1, 0};
  AffineMap map = Compose(unsheared, unrotated);
  const double moved_x = center_x + parameters.shift_x * static_cast<double>(width);
  const double moved_y = center_y + parameters.shift_y * static_cast<double>(height);
  map[2] = center_x - map[0] * moved_x - map[1] * moved_y;
  map[5] = center_y - map[3] * moved_x - map[4] * moved_y;
  return map;
}

AffineMap HorizontalMirror(int64_t width) {
  return {-1, 0, static_cast<double>(width - 1), 0, 1, 0};
}

AffineMap VerticalMirror(int64_t height) {
  return {1, 0, 0, 0, -1, static_cast<double>(height - 1)};
}

AffineParameters DrawAffine(const v1::ShiftScaleRotateSpec& spec, RandomStream& random) {
  AffineParameters drawn;
  drawn.rotate_degrees = DrawEitherWay(spec.rotate_degrees(), random);
  drawn.scale = random.NextUniform(1 - spec.scale(), 1 + spec.scale());
  drawn.shift_x = DrawEitherWay(spec.shift(), random);
  drawn.shift_y = DrawEitherWay(spec.shift(), random);
  return drawn;
}

AffineParameters DrawAffine(const v1::AffineSpec& spec, RandomStream& random) {
  AffineParameters drawn;
  drawn.rotate_degrees = DrawEitherWay(spec.rotate_degrees(), random);
  drawn.scale = random.NextUniform(1 - spec.scale(), 1 + spec.scale());
  drawn.shift_x = DrawEitherWay(spec.shift(), random);
  drawn.shift_y = DrawEitherWay(spec.shift(), random);
  drawn.shear_x_degrees = DrawEitherWay(spec.shear_degrees(), random);
  drawn.shear_y_degrees = DrawEitherWay(spec.shear_degrees(), random);
  return drawn;
}

}  // namespace pleat
