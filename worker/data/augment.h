// Affine augmentation of images, with albumentations' conventions: bilinear, border 0, about the
// image centre.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "common/base/philox.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// Maps output pixel centres to input pixel centres: x_in = m[0] x + m[1] y + m[2], y_in = m[3] x +
// m[4] y + m[5].
using AffineMap = std::array<double, 6>;

// The inverse map of: rotate by `degrees` and scale about the centre, then shift by fractions of
// width and height.
AffineMap ShiftScaleRotateMap(int64_t height, int64_t width, double shift_x, double shift_y,
                              double scale, double degrees);

// The map of training row `row_id` in `epoch`: the composition of the transforms that were drawn
// for it; nothing drawn gives the identity. A pure function of its arguments.
AffineMap DrawTrainingMap(std::span<const v1::TransformSpec> transforms, int64_t height,
                          int64_t width, uint64_t key, uint32_t epoch, uint64_t row_id);

// The map of a test-time view.
AffineMap ViewMap(const v1::View& view, int64_t height, int64_t width);

// Writes rows `row_ids` of `dataset` as T (float or double), divided by `scale`, into `out`
// [row_ids.size(), height, width, channels], each through its map; an empty `maps` means the
// identity for all, one map applies to all rows. Single-threaded: callers split the rows.
template <typename T>
void FillBatch(const Dataset& dataset, std::span<const int64_t> row_ids,
               std::span<const AffineMap> maps, double scale, T* out);

}  // namespace pleat
