// Large images in fewer pixels, for people to look at.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "common/base/divide_up.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// Side, in pixels, of the square blocks that become one pixel each, so that neither side of the
// result is above `largest_side`; 1 if the image is that small.
inline int64_t BlockSide(const ImageShape& shape, int64_t largest_side) {
  return DivideUp(std::max(shape.height, shape.width), largest_side);
}

// The mean of channel `channel` over block (y, x) of `image` [height, width, channels], cut off
// where the image ends.
template <typename Value>
double BlockMean(const ImageShape& shape, std::span<const Value> image, int64_t side, int64_t y,
                 int64_t x, int64_t channel) {
  const int64_t bottom = std::min(shape.height, (y + 1) * side);
  const int64_t right = std::min(shape.width, (x + 1) * side);
  double sum = 0;
  for (int64_t i = y * side; i < bottom; ++i) {
    for (int64_t j = x * side; j < right; ++j) {
      sum += image[static_cast<size_t>((i * shape.width + j) * shape.channels + channel)];
    }
  }
  return sum / static_cast<double>((bottom - y * side) * (right - x * side));
}

}  // namespace pleat
