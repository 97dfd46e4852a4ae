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

// Images of `shape` side by side in `columns` columns, row by row, with grey gaps; a wider one
// after the first column if it `shows_originals_first`. Small images are enlarged by a whole
// number, so that pixels are seen; those with a side above `largest_side` are reduced to means of
// blocks. `file` names the image. There is at least one image. INVALID_ARGUMENT: not 1 or 3
// channels.
struct SheetLayout {
  size_t columns = 1;
  int64_t largest_side = 96;
  bool shows_originals_first = false;
  double scale = 255;  // the value that is shown at full brightness (data.scale)
};
absl::StatusOr<InspectionImage> ImageSheet(const std::string& file, const ImageShape& shape,
                                           const std::vector<std::vector<uint8_t>>& images,
                                           const SheetLayout& layout);

}  // namespace pleat
