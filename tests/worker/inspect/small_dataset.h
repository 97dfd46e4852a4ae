// A data set of 2 x 2 images for tests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// A row for each of `shades`, all of its four pixels having it.
inline Dataset ShadedDataset(const std::vector<uint8_t>& shades, std::vector<int64_t> labels) {
  Dataset dataset;
  dataset.rows = static_cast<int64_t>(shades.size());
  dataset.height = 2;
  dataset.width = 2;
  for (const uint8_t shade : shades) dataset.pixels.insert(dataset.pixels.end(), 4, shade);
  dataset.labels = std::move(labels);
  return dataset;
}

}  // namespace pleat
