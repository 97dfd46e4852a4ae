#include "worker/data/augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace pleat {
namespace {

constexpr AffineMap kIdentity = {1, 0, 0, 0, 1, 0};

// The map that applies `inner` first: x -> outer(inner(x)).
AffineMap Compose(const AffineMap& outer, const AffineMap& inner) {
  return {outer[0] * inner[0] + outer[1] * inner[3],
          outer[0] * inner[1] + outer[1] * inner[4],
          outer[0] * inner[2] + outer[1] * inner[5] + outer[2],
          outer[3] * inner[0] + outer[4] * inner[3],
          outer[3] * inner[1] + outer[4] * inner[4],
          outer[3] * inner[2] + outer[4] * inner[5] + outer[5]};
}

// Every number is drawn whether it is used or not, so that one transform's options never move the
// draws of the next.
AffineMap DrawShiftScaleRotate(const v1::ShiftScaleRotateSpec& spec, int64_t height, int64_t width,
                               RandomStream& random) {
  const bool applied = random.NextDouble() < spec.p();
  const double degrees = random.NextUniform(-spec.rotate_degrees(), spec.rotate_degrees());
  const double scale = random.NextUniform(1 - spec.scale(), 1 + spec.scale());
  const double shift_x = random.NextUniform(-spec.shift(), spec.shift());
  const double shift_y = random.NextUniform(-spec.shift(), spec.shift());
  if (!applied) return kIdentity;
  return ShiftScaleRotateMap(height, width, shift_x, shift_y, scale, degrees);
}

// One image inside a frame of zeros: one pixel before and two behind, so that every position in
// [-1, size] has all four neighbours.
template <typename T>
class FramedImage {
 public:
  FramedImage(int64_t height, int64_t width, int64_t channels)
      : height_(height),
        width_(width),
        channels_(channels),
        stride_((width + 3) * channels),
        values_(static_cast<size_t>((height + 3) * stride_)) {}

  void Set(const uint8_t* pixels, const T* value_of_byte) {
    for (int64_t y = 0; y < height_; ++y) {
      T* line = values_.data() + (y + 1) * stride_ + channels_;
      for (int64_t i = 0; i < width_ * channels_; ++i) line[i] = value_of_byte[*pixels++];
    }
  }

  void Warp(const AffineMap& map, T* out) const {
    const std::array<T, 6> m = {static_cast<T>(map[0]), static_cast<T>(map[1]),
                                static_cast<T>(map[2]), static_cast<T>(map[3]),
                                static_cast<T>(map[4]), static_cast<T>(map[5])};
    const T right = static_cast<T>(width_) + 1;
    const T bottom = static_cast<T>(height_) + 1;
    for (int64_t y = 0; y < height_; ++y) {
      const T x_start = m[1] * static_cast<T>(y) + m[2];
      const T y_start = m[4] * static_cast<T>(y) + m[5];
      for (int64_t x = 0; x < width_; ++x, out += channels_) {
        // Positions in the frame; outside of it everything is as zero as on its edge.
        const T x_in = std::clamp<T>(m[0] * static_cast<T>(x) + x_start + 1, 0, right);
        const T y_in = std::clamp<T>(m[3] * static_cast<T>(x) + y_start + 1, 0, bottom);
        Interpolate(x_in, y_in, out);
      }
    }
  }

 private:
  void Interpolate(T x, T y, T* out) const {
    const auto left = static_cast<int64_t>(x);
    const auto top = static_cast<int64_t>(y);
    const T to_right = x - static_cast<T>(left);
    const T to_bottom = y - static_cast<T>(top);
    const T* upper = values_.data() + top * stride_ + left * channels_;
    const T* lower = upper + stride_;
    for (int64_t c = 0; c < channels_; ++c) {
      const T above = upper[c] + to_right * (upper[c + channels_] - upper[c]);
      const T below = lower[c] + to_right * (lower[c + channels_] - lower[c]);
      out[c] = above + to_bottom * (below - above);
    }
  }

  int64_t height_, width_, channels_, stride_;
  std::vector<T> values_;
};

}  // namespace

AffineMap ShiftScaleRotateMap(int64_t height, int64_t width, double shift_x, double shift_y,
                              double scale, double degrees) {
  const double center_x = static_cast<double>(width - 1) / 2;
  const double center_y = static_cast<double>(height - 1) / 2;
  const double radians = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(radians) / scale;
  const double sine = std::sin(radians) / scale;
  const double moved_x = center_x + shift_x * static_cast<double>(width);
  const double moved_y = center_y + shift_y * static_cast<double>(height);
  return {cosine, -sine,  center_x - cosine * moved_x + sine * moved_y,
          sine,   cosine, center_y - sine * moved_x - cosine * moved_y};
}

AffineMap DrawTrainingMap(std::span<const v1::TransformSpec> transforms, int64_t height,
                          int64_t width, uint64_t key, uint32_t epoch, uint64_t row_id) {
  RandomStream random(MixKeys(key, row_id >> 32), RandomPurpose::kAugmentation, epoch,
                      static_cast<uint32_t>(row_id));
  AffineMap map = kIdentity;
  for (const v1::TransformSpec& transform : transforms) {
    map = Compose(map, DrawShiftScaleRotate(transform.shift_scale_rotate(), height, width, random));
  }
  return map;
}

AffineMap ViewMap(const v1::View& view, int64_t height, int64_t width) {
  if (view.identity()) return kIdentity;
  return ShiftScaleRotateMap(height, width, view.shift_x(), view.shift_y(), view.scale(),
                             view.rotate_degrees());
}

template <typename T>
void FillBatch(const Dataset& dataset, std::span<const int64_t> row_ids,
               std::span<const AffineMap> maps, double scale, T* out) {
  std::array<T, 256> value_of_byte;
  for (size_t i = 0; i < value_of_byte.size(); ++i) {
    value_of_byte[i] = static_cast<T>(static_cast<double>(i) / scale);
  }
  FramedImage<T> image(dataset.height, dataset.width, dataset.channels);
  const int64_t row_size = dataset.height * dataset.width * dataset.channels;
  for (size_t i = 0; i < row_ids.size(); ++i, out += row_size) {
    const uint8_t* pixels = dataset.row(row_ids[i]);
    const AffineMap& map = maps.empty() ? kIdentity : maps[maps.size() == 1 ? 0 : i];
    if (map == kIdentity) {
      std::transform(pixels, pixels + row_size, out,
                     [&](uint8_t byte) { return value_of_byte[byte]; });
    } else {
      image.Set(pixels, value_of_byte.data());
      image.Warp(map, out);
    }
  }
}

template void FillBatch<float>(const Dataset&, std::span<const int64_t>, std::span<const AffineMap>,
                               double, float*);
template void FillBatch<double>(const Dataset&, std::span<const int64_t>,
                                std::span<const AffineMap>, double, double*);

}  // namespace pleat
