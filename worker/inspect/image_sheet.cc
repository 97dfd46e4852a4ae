#include "worker/inspect/image_sheet.h"

#include <algorithm>

#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "worker/data/png_encoder.h"
#include "worker/data/shown_byte.h"

namespace pleat {
namespace {

// Small images are enlarged to at least this side, as far as it stays within the largest.
constexpr int64_t kSmallSide = 64;
constexpr int64_t kGap = 3;
constexpr int64_t kWideGap = 12;
// Stands off from images on black and on white.
constexpr uint8_t kGround = 128;

// How images of a shape are shown.
struct Zoom {
  int64_t enlarge = 1;
  int64_t reduce = 1;
  int64_t height = 0;  // of the result
  int64_t width = 0;
};

Zoom ZoomOf(const ImageShape& shape, int64_t largest_side) {
  const int64_t side = std::max(shape.height, shape.width);
  Zoom zoom;
  if (side > largest_side) {
    zoom.reduce = DivideUp(side, largest_side);
  } else {
    zoom.enlarge = std::max<int64_t>(1, std::min(DivideUp(kSmallSide, side), largest_side / side));
  }
  zoom.height = DivideUp(shape.height, zoom.reduce) * zoom.enlarge;
  zoom.width = DivideUp(shape.width, zoom.reduce) * zoom.enlarge;
  return zoom;
}

// The value of the result's pixel (y, x): the mean of the pixels that it stands for.
double ZoomedPixel(const ImageShape& shape, std::span<const uint8_t> image, const Zoom& zoom,
                   int64_t y, int64_t x, int64_t channel) {
  const int64_t top = y / zoom.enlarge * zoom.reduce;
  const int64_t left = x / zoom.enlarge * zoom.reduce;
  const int64_t bottom = std::min(shape.height, top + zoom.reduce);
  const int64_t right = std::min(shape.width, left + zoom.reduce);
  uint64_t sum = 0;
  for (int64_t i = top; i < bottom; ++i) {
    for (int64_t j = left; j < right; ++j) {
      sum += image[static_cast<size_t>((i * shape.width + j) * shape.channels + channel)];
    }
  }
  const int64_t pixels = (bottom - top) * (right - left);
  return static_cast<double>(sum) / static_cast<double>(pixels);
}

}  // namespace

absl::StatusOr<InspectionImage> ImageSheet(const std::string& file, const ImageShape& shape,
                                           const std::vector<std::vector<uint8_t>>& images,
                                           const SheetLayout& layout) {
  const Zoom zoom = ZoomOf(shape, layout.largest_side);
  const auto columns = static_cast<int64_t>(std::min(layout.columns, images.size()));
  const auto rows = DivideUp(static_cast<int64_t>(images.size()), columns);
  const int64_t extra = layout.shows_originals_first && columns > 1 ? kWideGap - kGap : 0;
  InspectionImage sheet{.file = file,
                        .width = columns * (zoom.width + kGap) - kGap + extra,
                        .height = rows * (zoom.height + kGap) - kGap};
  std::vector<uint8_t> pixels(static_cast<size_t>(sheet.width * sheet.height * shape.channels),
                              kGround);
  for (size_t i = 0; i < images.size(); ++i) {
    const int64_t row = static_cast<int64_t>(i) / columns;
    const int64_t column = static_cast<int64_t>(i) % columns;
    const int64_t top = row * (zoom.height + kGap);
    const int64_t left = column * (zoom.width + kGap) + (column > 0 ? extra : 0);
    for (int64_t y = 0; y < zoom.height; ++y) {
      for (int64_t x = 0; x < zoom.width; ++x) {
        for (int64_t c = 0; c < shape.channels; ++c) {
          pixels[static_cast<size_t>(((top + y) * sheet.width + left + x) * shape.channels + c)] =
              ShownByte(ZoomedPixel(shape, images[i], zoom, y, x, c), layout.scale);
        }
      }
    }
  }
  PLEAT_ASSIGN_OR_RETURN(sheet.png, EncodePng(pixels, sheet.height, sheet.width, shape.channels));
  return sheet;
}

}  // namespace pleat
