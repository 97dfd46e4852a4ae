// Images of other channels than they were stored with.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/data/png_decoder.h"

namespace pleat {

// Appends the pixels of `image` with `channels` of 1 (grey) or 3 (RGB) each, row by row. Alpha lays
// them over black, round(v a / 255). Grey of colours is the luma of ITU-R 601 in 16-bit fractions,
// (19595 R + 38470 G + 7471 B + 32768) / 65536, as Pillow's convert("L") has it.
void AppendPixels(const PngImage& image, int64_t channels, std::vector<uint8_t>& pixels);

}  // namespace pleat
