// Bilinear resampling of one image, with zeros beyond its border.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/target_clones.h"
#include "worker/augment/affine.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// One image inside a frame of zeros: one pixel before and two behind, so that every position in
// [-1, size] has all four neighbours. T: float or double.
template <typename T>
class FramedImage {
 public:
  explicit FramedImage(const ImageShape& shape)
      : shape_(shape),
        stride_((shape.width + 3) * shape.channels),
        values_(static_cast<size_t>((shape.height + 3) * stride_)) {}

  // Copies an image in, through `value_of` each element.
  template <typename Element, typename ValueOf>
  void Set(const Element* image, const ValueOf& value_of) {
    for (int64_t y = 0; y < shape_.height; ++y) {
      T* line = values_.data() + (y + 1) * stride_ + shape_.channels;
      for (int64_t i = 0; i < shape_.width * shape_.channels; ++i) line[i] = value_of(*image++);
    }
  }

  void Warp(const AffineMap& map, T* out) const {
    const auto m = [&](int i) { return static_cast<T>(map[i]); };
    const T xx = m(0), xy = m(1), x0 = m(2), yx = m(3), yy = m(4), y0 = m(5);
    Resample(
        [=](int64_t y) {
          const T x_start = xy * static_cast<T>(y) + x0;
          const T y_start = yy * static_cast<T>(y) + y0;
          return [=](int64_t x) {
            return std::pair(xx * static_cast<T>(x) + x_start, yx * static_cast<T>(x) + y_start);
          };
        },
        out);
  }

  // Writes an image whose pixel (y, x) is what this one has at the position `line_of(y)(x)`, a pair
  // (x, y) of T.
  template <typename LineOf>
  void Resample(const LineOf& line_of, T* out) const {
    const T right = static_cast<T>(shape_.width) + 1;
    const T bottom = static_cast<T>(shape_.height) + 1;
    for (int64_t y = 0; y < shape_.height; ++y) {
      const auto position_of = line_of(y);
      for (int64_t x = 0; x < shape_.width; ++x, out += shape_.channels) {
        const auto [x_in, y_in] = position_of(x);
        // Positions in the frame; outside of it everything is as zero as on its edge.
        Interpolate(Clamp(x_in + 1, right), Clamp(y_in + 1, bottom), out);
      }
    }
  }

 private:
  // To [0, high]; what is not a number becomes `high`.
  PLEAT_INLINE static T Clamp(T value, T high) {
    const T below = value < high ? value : high;
    return below > 0 ? below : 0;
  }

  PLEAT_INLINE void Interpolate(T x, T y, T* out) const {
    const auto left = static_cast<int64_t>(x);
    const auto top = static_cast<int64_t>(y);
    const T to_right = x - static_cast<T>(left);
    const T to_bottom = y - static_cast<T>(top);
    const int64_t channels = shape_.channels;
    const T* upper = values_.data() + top * stride_ + left * channels;
    const T* lower = upper + stride_;
    for (int64_t c = 0; c < channels; ++c) {
      const T above = upper[c] + to_right * (upper[c + channels] - upper[c]);
      const T below = lower[c] + to_right * (lower[c + channels] - lower[c]);
      out[c] = above + to_bottom * (below - above);
    }
  }

  const ImageShape shape_;
  const int64_t stride_;
  std::vector<T> values_;
};

}  // namespace pleat
