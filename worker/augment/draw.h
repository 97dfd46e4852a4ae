// Draws the parameters of transforms: for training rows, for test-time views, for previews.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>

#include "common/base/philox.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"
#include "worker/augment/drawn_transform.h"
#include "worker/augment/image_shape.h"

namespace pleat {

using TransformList = google::protobuf::RepeatedPtrField<v1::TransformSpec>;

// Where draws stand. Equal positions give equal draws, whatever else is drawn.
struct DrawPosition {
  uint64_t key = 0;
  RandomPurpose purpose = RandomPurpose::kAugmentation;
  uint32_t epoch = 0;
  uint64_t row = 0;
};

// Whether a transform is applied with its probability p, or always.
enum class Chance { kAsGiven, kAlways };

// Draws for images of `shape`, which the transforms fit (CheckTransformsFit). Each transform has a
// stream of its own, of (position, place in the list), so that one's options never move another's
// draws; one_of's transforms likewise, of their place in it. Affine maps that follow one another
// become one, which reads the image once and loses nothing at the border between them.
DrawnTransforms DrawTransforms(const TransformList& transforms, const ImageShape& shape,
                               const DrawPosition& position, Chance chance = Chance::kAsGiven);

// What a test-time view does to row `row` (its index in its split), which matters only if the view
// is drawn per row.
DrawnTransforms DrawView(const v1::View& view, const ImageShape& shape, uint64_t row);

}  // namespace pleat
