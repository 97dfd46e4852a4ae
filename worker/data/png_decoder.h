// PNG images: what their first bytes say, and their samples. https://www.w3.org/TR/png/
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// Most pixels that an image may have. What a file claims is checked before anything is decoded.
inline constexpr int64_t kMaxImagePixels = int64_t{1} << 24;
// Most bytes that a file may have: so many pixels of the largest kind, stored without compression.
inline constexpr size_t kMaxPngBytes = size_t{160} << 20;
// Signature and IHDR chunk, with which every file begins.
inline constexpr size_t kPngHeaderBytes = 33;

// What the first kPngHeaderBytes say.
struct PngHeader {
  int64_t height = 0;
  int64_t width = 0;
  bool has_colour = false;  // a palette counts as colour
};

// INVALID_ARGUMENT: no PNG, cut short, or more than kMaxImagePixels.
absl::StatusOr<PngHeader> ParsePngHeader(std::string_view bytes);

// A decoded image. Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
struct PngImage {
  int64_t height = 0;
  int64_t width = 0;
  int64_t channels = 0;
  std::vector<uint8_t> samples;  // [height, width, channels]
};

// Decodes a whole file of any bit depth and colour type, interlaced or not. Samples of fewer than 8
// bits are spread over 0 to 255, those of 16 bits become round(v / 257); a transparent colour
// becomes alpha; gamma and colour profiles are left aside. INVALID_ARGUMENT says what is wrong with
// the file, of which every byte may be anything.
absl::StatusOr<PngImage> DecodePng(std::string_view bytes);

}  // namespace pleat
