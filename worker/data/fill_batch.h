// Rows of a data set as the numbers of a batch.
#pragma once

#include <cstdint>
#include <span>

#include "worker/augment/drawn_transform.h"
#include "worker/data/dataset.h"

namespace pleat {

// Writes rows `row_ids` of `dataset` as T (float or double), divided by `scale`, into `out`
// [row_ids.size(), height, width, channels], each through its transforms; an empty `drawn` means
// none for all, one element applies to all rows. Single-threaded: callers split the rows.
template <typename T>
void FillBatch(const Dataset& dataset, std::span<const int64_t> row_ids,
               std::span<const DrawnTransforms> drawn, double scale, T* out);

}  // namespace pleat
