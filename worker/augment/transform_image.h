// Applies drawn transforms to images.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "worker/augment/drawn_transform.h"
#include "worker/augment/framed_image.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// Turns bytes into transformed values: bilinear, zeros beyond the border, any number of channels;
// what comes out is from 0 to 255 / scale, as what goes in. T: float or double. One thread uses it
// at a time; make one for many images of one shape. For what training row r sees in epoch e, draw
// with {.key = key of the fold, .epoch = e, .row = r}.
template <typename T>
class ImageTransformer {
 public:
  // Bytes are divided by `scale`.
  ImageTransformer(const ImageShape& shape, double scale);

  // Writes `pixels` through `drawn` into `out`; both are images of the shape.
  void Transform(const uint8_t* pixels, std::span<const DrawnTransform> drawn, T* out);

 private:
  // Each changes `image` in place.
  void Change(const AffineMap& map, T* image);
  void Change(const GridDistortion& distortion, T* image);
  void Change(const Elastic& elastic, T* image);
  void Change(const Brightness& brightness, T* image);
  void Change(const Gamma& gamma, T* image);
  void Change(const Contrast& contrast, T* image);
  void Change(const Crop& crop, T* image);
  void Change(const Cutout& cutout, T* image);
  void FrameValues(const T* image);

  const ImageShape shape_;
  std::array<T, 256> value_of_byte_;
  FramedImage<T> framed_;
};

}  // namespace pleat
