// The mean image of a class.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// Means of the pixels of the rows with this label, as ShownByte shows them: an image of the data
// set's shape. Of a data set without labels, of all rows. There is at least one row. `scale`:
// data.scale.
std::vector<uint8_t> MeanImage(const Dataset& dataset, int64_t label, double scale);

}  // namespace pleat
