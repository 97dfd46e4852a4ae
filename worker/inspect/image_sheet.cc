#include "worker/inspect/image_sheet.h"

#include <algorithm>

#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "worker/data/block_mean.h"
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

int64_t Enlargement(const ImageShape& shape, int64_t largest_side) {
  const int64_t side = std::max(shape.height, shape.width);
  return std::max<int64_t>(1, std::min(DivideUp(kSmallSide, side), largest_side / side));
}

int64_t Lines(size_t images, int64_t columns) {
  return DivideUp(static_cast<int64_t>(images), columns);
}

}  // namespace

ImageSheet::ImageSheet(const ImageShape& shape, const SheetLayout& layout)
    : shape_(shape),
      scale_(layout.scale),
      enlarge_(Enlargement(shape, layout.largest_side)),
      reduce_(BlockSide(shape, layout.largest_side)),
      columns_(static_cast<int64_t>(std::min(layout.columns, layout.images))),
      wider_(layout.shows_originals_first && columns_ > 1 ? kWideGap - kGap : 0),
      shown_{.height = DivideUp(shape.height, reduce_) * enlarge_,
             .width = DivideUp(shape.width, reduce_) * enlarge_,
             .channels = shape.channels},
      sheet_{.height = Lines(layout.images, columns_) * (shown_.height + kGap) - kGap,
             .width = columns_ * (shown_.width + kGap) - kGap + wider_,
             .channels = shape.channels},
      pixels_(static_cast<size_t>(sheet_.size()), kGround) {}

template <typename Value>
void ImageSheet::Draw(std::span<const Value> image) {
  const int64_t column = drawn_ % columns_;
  const int64_t top = drawn_ / columns_ * (shown_.height + kGap);
  const int64_t left = column * (shown_.width + kGap) + (column > 0 ? wider_ : 0);
  ++drawn_;
  for (int64_t y = 0; y < shown_.height; ++y) {
    uint8_t* out =
        &pixels_[static_cast<size_t>(((top + y) * sheet_.width + left) * sheet_.channels)];
    for (int64_t x = 0; x < shown_.width; ++x) {
      for (int64_t c = 0; c < shown_.channels; ++c) {
        *out++ =
            ShownByte(BlockMean(shape_, image, reduce_, y / enlarge_, x / enlarge_, c), scale_);
      }
    }
  }
}

template void ImageSheet::Draw(std::span<const uint8_t>);
template void ImageSheet::Draw(std::span<const float>);

absl::StatusOr<InspectionImage> ImageSheet::Encode(const std::string& file) const {
  InspectionImage image{.file = file, .width = sheet_.width, .height = sheet_.height};
  PLEAT_ASSIGN_OR_RETURN(image.png,
                         EncodePng(pixels_, sheet_.height, sheet_.width, sheet_.channels));
  return image;
}

}  // namespace pleat
