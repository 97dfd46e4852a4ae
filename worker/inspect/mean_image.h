// The mean image of each class.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// Means of the pixels of each class's rows, rounded: [classes] images of the data set's shape,
// empty for a class without rows. Of a data set without labels, one image.
std::vector<std::vector<uint8_t>> MeanImages(const Dataset& dataset, uint32_t classes);

}  // namespace pleat
