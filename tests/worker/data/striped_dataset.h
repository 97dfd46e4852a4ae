// Images whose pixels all differ from their neighbours.
#pragma once

#include <cstdint>

#include "worker/data/dataset.h"

namespace pleat {

inline Dataset StripedDataset(int64_t rows, int64_t height, int64_t width, int64_t channels) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.height = height;
  dataset.width = width;
  dataset.channels = channels;
  for (int64_t i = 0; i < rows * height * width * channels; ++i) {
    dataset.pixels.push_back(static_cast<uint8_t>(i * 37 % 251));
  }
  return dataset;
}

}  // namespace pleat
