#include "worker/data/png_encoder.h"

#include <png.h>

#include "absl/strings/str_cat.h"

namespace pleat {

absl::StatusOr<std::string> EncodePng(std::span<const uint8_t> pixels, int64_t height,
                                      int64_t width, int64_t channels) {
  if (channels != 1 && channels != 3) {
    return absl::InvalidArgumentError(
        absl::StrCat("images of ", channels, " channels cannot be shown"));
  }
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.height = static_cast<png_uint_32>(height);
  image.width = static_cast<png_uint_32>(width);
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  std::string png;
  png_alloc_size_t size = 0;
  // The first call tells the size.
  for (const bool is_second : {false, true}) {
    png.resize(size);
    if (png_image_write_to_memory(&image, is_second ? png.data() : nullptr, &size,
                                  /*convert_to_8_bit=*/0, pixels.data(), /*row_stride=*/0,
                                  nullptr) == 0) {
      return absl::InternalError(absl::StrCat("the image cannot be written: ", image.message));
    }
  }
  png.resize(size);
  return png;
}

}  // namespace pleat
