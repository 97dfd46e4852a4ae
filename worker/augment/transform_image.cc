#include "worker/augment/transform_image.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace pleat {

template <typename T>
ImageTransformer<T>::ImageTransformer(const ImageShape& shape, double scale)
    : shape_(shape), framed_(shape) {
  for (size_t i = 0; i < value_of_byte_.size(); ++i) {
    value_of_byte_[i] = static_cast<T>(static_cast<double>(i) / scale);
  }
}

template <typename T>
void ImageTransformer<T>::Transform(const uint8_t* pixels, std::span<const DrawnTransform> drawn,
                                    T* out) {
  const auto value_of = [&](uint8_t byte) { return value_of_byte_[byte]; };
  const auto* first_map = drawn.empty() ? nullptr : std::get_if<AffineMap>(&drawn.front());
  if (first_map != nullptr) {
    // The usual case: the bytes go straight into the frame.
    framed_.Set(pixels, value_of);
    framed_.Warp(*first_map, out);
    drawn = drawn.subspan(1);
  } else {
    std::transform(pixels, pixels + shape_.size(), out, value_of);
  }
  for (const DrawnTransform& transform : drawn) {
    std::visit([&](const auto& kind) { Change(kind, out); }, transform);
  }
}

template <typename T>
void ImageTransformer<T>::FrameValues(const T* image) {
  framed_.Set(image, [](T value) { return value; });
}

template <typename T>
void ImageTransformer<T>::Change(const AffineMap& map, T* image) {
  FrameValues(image);
  framed_.Warp(map, image);
}

template <typename T>
void ImageTransformer<T>::Change(const GridDistortion& distortion, T* image) {
  const std::vector<float> columns = GridPositions(distortion.column_factors, shape_.width);
  const std::vector<float> rows = GridPositions(distortion.row_factors, shape_.height);
  FrameValues(image);
  framed_.Resample(
      [&](int64_t y) {
        return [&columns, y_in = T{rows[y]}](int64_t x) { return std::pair(T{columns[x]}, y_in); };
      },
      image);
}

template <typename T>
void ImageTransformer<T>::Change(const Elastic& elastic, T* image) {
  const DisplacementField field = MakeElasticField(elastic, shape_);
  FrameValues(image);
  framed_.Resample(
      [&](int64_t y) {
        return [=, x_shift = field.x.data() + y * shape_.width,
                y_shift = field.y.data() + y * shape_.width](int64_t x) {
          return std::pair(static_cast<T>(x) + T{x_shift[x]}, static_cast<T>(y) + T{y_shift[x]});
        };
      },
      image);
}

template <typename T>
void ImageTransformer<T>::Change(const Brightness& brightness, T* image) {
  Apply<T>(brightness, value_of_byte_.back(), {image, static_cast<size_t>(shape_.size())});
}

template <typename T>
void ImageTransformer<T>::Change(const Gamma& gamma, T* image) {
  Apply<T>(gamma, value_of_byte_.back(), {image, static_cast<size_t>(shape_.size())});
}

template <typename T>
void ImageTransformer<T>::Change(const Contrast& contrast, T* image) {
  Apply<T>(contrast, value_of_byte_.back(), {image, static_cast<size_t>(shape_.size())});
}

template <typename T>
void ImageTransformer<T>::Change(const Crop& crop, T* image) {
  FrameValues(image);
  // Whole pixels: the interpolation copies.
  framed_.Warp({1, 0, static_cast<double>(crop.shift_x), 0, 1, static_cast<double>(crop.shift_y)},
               image);
  ClearOutside(crop.window, shape_, image);
}

template <typename T>
void ImageTransformer<T>::Change(const Cutout& cutout, T* image) {
  FillHoles(cutout, shape_, value_of_byte_.back(), image);
}

template class ImageTransformer<float>;
template class ImageTransformer<double>;

}  // namespace pleat
