// The mean image of a class.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// Means of the pixels of the rows with this label: an image of the data set's shape, with values
// from 0 to 255. Of a data set without labels, of all rows. There is at least one row.
std::vector<float> MeanImage(const Dataset& dataset, int64_t label);

}  // namespace pleat
