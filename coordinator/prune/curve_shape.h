// Families of learning curves.
//
// A curve is end + rise * shape(t), t = 1 .. E, where a shape is -1 at t = 1 and 0 at E: `end` is
// what is asked for, `rise` what the curve gains from its first epoch to its last. Both are found
// by linear least squares; what is not linear, a speed, is a grid of shapes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pleat {

enum class CurveFamily {
  kExponential,  // exp(-t / tau): an approach that loses a fixed share of the rest each epoch
  kPower,        // t^-p: one that never quite ends
  kWalk,         // a random walk: the last value stays, and its uncertainty grows
  kReference,    // shaped like the mean curve of a trial that was trained before; the last family
};
inline constexpr int kCurveFamilies = 4;

struct CurveShape {
  CurveFamily family = CurveFamily::kExponential;
  std::vector<double> values;  // [E], at t = 1 .. E
};

// The exponential and power shapes for curves of `epochs` >= 2. Neighbours differ by less than 5 %
// of the rise anywhere.
std::vector<CurveShape> MakeCurveShapes(uint32_t epochs);

// The shape of a curve of all its epochs, all finite; empty if it neither rises nor falls.
std::vector<double> ShapeOf(std::span<const double> curve);

}  // namespace pleat
