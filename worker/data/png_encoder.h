// Images as PNG files, for people to look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace pleat {

// `pixels` [height, width, channels] as a PNG of 8 bits: grey of one channel, RGB of three.
// INVALID_ARGUMENT: other channels.
absl::StatusOr<std::string> EncodePng(std::span<const uint8_t> pixels, int64_t height,
                                      int64_t width, int64_t channels);

}  // namespace pleat
