// Extents of an image in memory.
#pragma once

#include <cstdint>

namespace pleat {

// An image is [height, width, channels].
struct ImageShape {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 1;

  int64_t size() const { return height * width * channels; }
};

}  // namespace pleat
