// Several images as one, for people to look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/augment/image_shape.h"

namespace pleat {

// A PNG that stands in the page and in a file of its own.
struct InspectionImage {
  std::string file = {};  // "train-class-3-samples.png"; empty: there is no image
  std::string png = {};   // its bytes
  int64_t width = 0;      // pixels
  int64_t height = 0;
};

// How images are laid side by side.
struct SheetLayout {
  size_t images = 1;  // how many there will be
  size_t columns = 1;
  int64_t largest_side = 96;
  bool shows_originals_first = false;  // a wider gap after the first column
  double scale = 255;                  // the value that is shown at full brightness (data.scale)
};

// Images of one shape side by side, row by row, with grey gaps. Small images are enlarged by a
// whole number, so that pixels are seen; those with a side above `largest_side` are reduced to
// means of blocks. Each is drawn as it comes and not kept: a sheet is as small as what it shows,
// however large the images are.
class ImageSheet {
 public:
  ImageSheet(const ImageShape& shape, const SheetLayout& layout);

  // Draws the next image, at most `images` of them: bytes of a data set, or values between them (0
  // to 255), which are rounded only where they are shown.
  void Add(std::span<const uint8_t> image) { Draw(image); }
  void Add(std::span<const float> image) { Draw(image); }

  // The sheet; `file` names it. INVALID_ARGUMENT: not 1 or 3 channels.
  absl::StatusOr<InspectionImage> Encode(const std::string& file) const;

 private:
  template <typename Value>
  void Draw(std::span<const Value> image);

  const ImageShape shape_;
  const double scale_;
  const int64_t enlarge_;
  const int64_t reduce_;
  const int64_t columns_;
  const int64_t wider_;          // pixels by which the first gap is wider
  const ImageShape shown_;       // an image as it is shown
  const ImageShape sheet_;       // all of them
  std::vector<uint8_t> pixels_;  // of the sheet
  int64_t drawn_ = 0;            // images
};

}  // namespace pleat
