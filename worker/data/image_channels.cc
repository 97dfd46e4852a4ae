#include "worker/data/image_channels.h"

#include <array>

namespace pleat {
namespace {

using Rgb = std::array<uint8_t, 3>;

uint8_t OverBlack(uint32_t value, uint32_t alpha) {
  const uint32_t scaled = value * alpha + 128;
  return static_cast<uint8_t>((scaled + (scaled >> 8)) >> 8);
}

// The colour of a pixel of `channels` samples, laid over black.
Rgb ColourOf(const uint8_t* samples, int64_t channels) {
  const bool is_grey = channels <= 2;
  Rgb colour = {samples[0], samples[is_grey ? 0 : 1], samples[is_grey ? 0 : 2]};
  if (channels % 2 == 0) {
    for (uint8_t& value : colour) value = OverBlack(value, samples[channels - 1]);
  }
  return colour;
}

// Of equal values it is that value, since the weights sum to 65536.
uint8_t Luma(const Rgb& colour) {
  return static_cast<uint8_t>(
      (19595u * colour[0] + 38470u * colour[1] + 7471u * colour[2] + 32768u) >> 16);
}

}  // namespace

void AppendPixels(const PngImage& image, int64_t channels, std::vector<uint8_t>& pixels) {
  const uint8_t* samples = image.samples.data();
  const uint8_t* const end = samples + image.samples.size();
  for (; samples != end; samples += image.channels) {
    const Rgb colour = ColourOf(samples, image.channels);
    if (channels == 1) {
      pixels.push_back(Luma(colour));
    } else {
      pixels.insert(pixels.end(), colour.begin(), colour.end());
    }
  }
}

}  // namespace pleat
