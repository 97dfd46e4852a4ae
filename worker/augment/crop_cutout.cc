#include "worker/augment/crop_cutout.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

// One axis of a rectangle in the output, and how far from there it reads.
struct Segment {
  int64_t begin = 0;
  int64_t length = 0;
  int64_t shift = 0;
};

Segment DrawWindow(int64_t length, int64_t extent, int64_t padding, RandomStream& random) {
  if (length == 0) length = extent;
  const int64_t places = std::max<int64_t>(1, extent + 2 * padding - length + 1);
  const int64_t from = static_cast<int64_t>(random.NextBelow(places)) - padding;
  const int64_t begin = (extent - length) / 2;
  return {.begin = begin, .length = length, .shift = from - begin};
}

Segment DrawHole(double size, int64_t extent, RandomStream& random) {
  const int64_t length =
      std::clamp<int64_t>(std::llround(size * static_cast<double>(extent)), 1, extent);
  return {.begin = static_cast<int64_t>(random.NextBelow(extent - length + 1)), .length = length};
}

}  // namespace

Crop DrawCrop(const v1::RandomCropSpec& spec, const ImageShape& shape, RandomStream& random) {
  const Segment rows = DrawWindow(spec.height(), shape.height, spec.padding(), random);
  const Segment columns = DrawWindow(spec.width(), shape.width, spec.padding(), random);
  return {.shift_y = rows.shift,
          .shift_x = columns.shift,
          .window = {rows.begin, columns.begin, rows.length, columns.length}};
}

template <typename T>
void ClearOutside(const Rectangle& window, const ImageShape& shape, T* values) {
  const int64_t left = std::clamp<int64_t>(window.left, 0, shape.width) * shape.channels;
  const int64_t right =
      std::clamp<int64_t>(window.left + window.width, 0, shape.width) * shape.channels;
  const int64_t line = shape.width * shape.channels;
  for (int64_t y = 0; y < shape.height; ++y, values += line) {
    const bool is_inside = y >= window.top && y < window.top + window.height;
    std::fill(values, values + (is_inside ? left : line), T{0});
    std::fill(values + right, values + line, T{0});
  }
}

Cutout DrawCutout(const v1::CutoutSpec& spec, const ImageShape& shape, RandomStream& random) {
  Cutout drawn;
  drawn.fill = spec.fill();
  for (uint32_t i = 0; i < spec.holes(); ++i) {
    const Segment rows = DrawHole(spec.size(), shape.height, random);
    const Segment columns = DrawHole(spec.size(), shape.width, random);
    drawn.holes.push_back({rows.begin, columns.begin, rows.length, columns.length});
  }
  return drawn;
}

template <typename T>
void FillHoles(const Cutout& cutout, const ImageShape& shape, T top, T* values) {
  const T fill = static_cast<T>(cutout.fill) * top;
  for (const Rectangle& hole : cutout.holes) {
    for (int64_t y = hole.top; y < hole.top + hole.height; ++y) {
      T* const line = values + (y * shape.width + hole.left) * shape.channels;
      std::fill(line, line + hole.width * shape.channels, fill);
    }
  }
}

template void ClearOutside<float>(const Rectangle&, const ImageShape&, float*);
template void ClearOutside<double>(const Rectangle&, const ImageShape&, double*);
template void FillHoles<float>(const Cutout&, const ImageShape&, float, float*);
template void FillHoles<double>(const Cutout&, const ImageShape&, double, double*);

}  // namespace pleat
