// Transforms that black out parts of an image: a random window of it, random rectangles in it.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/philox.h"
#include "proto/sweep.pb.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// Pixels of an image; `top` and `left` may lie before its corner, the end beyond its border.
struct Rectangle {
  int64_t top = 0;
  int64_t left = 0;
  int64_t height = 0;
  int64_t width = 0;
};

// Output pixel (y, x) is input pixel (y + shift_y, x + shift_x) inside `window`, and black outside
// of it or where there is no such pixel.
struct Crop {
  int64_t shift_y = 0;
  int64_t shift_x = 0;
  Rectangle window;  // of the output
};

// Each place of the window in the padded image is equally likely. The window fits into it:
// CheckTransformsFit.
Crop DrawCrop(const v1::RandomCropSpec& spec, const ImageShape& shape, RandomStream& random);

// Sets what lies outside of `window` to 0. `values` is an image of `shape`; T: float or double.
template <typename T>
void ClearOutside(const Rectangle& window, const ImageShape& shape, T* values);

// Rectangles that lie inside the image, and may overlap.
struct Cutout {
  std::vector<Rectangle> holes;
  double fill = 0;  // fraction of the range
};

Cutout DrawCutout(const v1::CutoutSpec& spec, const ImageShape& shape, RandomStream& random);

// Fills the holes of an image of `shape` whose values are from 0 to `top`.
template <typename T>
void FillHoles(const Cutout& cutout, const ImageShape& shape, T top, T* values);

}  // namespace pleat
