// Bytes of data sets as people see them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace pleat {

// The brightness, 0 to 255, at which `value` is shown where `scale` (data.scale) is full: images of
// values from 0 to 16 would be black otherwise. A scale above 255 darkens nothing.
inline uint8_t ShownByte(double value, double scale) {
  const double factor = std::max(1.0, 255 / scale);
  return static_cast<uint8_t>(std::min(255L, std::lround(value * factor)));
}

}  // namespace pleat
