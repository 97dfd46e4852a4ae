// Rows to look at.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/data/dataset.h"

namespace pleat {

// At most `most` rows of each of `classes` classes, ascending, drawn without replacement: [classes]
// lists of rows. Equal data and numbers give equal rows. Of a data set without labels, one list.
std::vector<std::vector<int64_t>> SampleRows(const Dataset& dataset, uint32_t classes, size_t most);

}  // namespace pleat
