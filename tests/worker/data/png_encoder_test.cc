#include "worker/data/png_encoder.h"

#include <gtest/gtest.h>

#include <vector>

#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

TEST(PngEncoder, WritesWhatTheDecoderReads) {
  const std::vector<uint8_t> pixels = {0, 50, 100, 150, 200, 255};
  const PngImage grey = DecodePng(EncodePng(pixels, 2, 3, 1).value()).value();
  EXPECT_EQ(grey.height, 2);
  EXPECT_EQ(grey.width, 3);
  EXPECT_EQ(grey.samples, pixels);
  const PngImage colour = DecodePng(EncodePng(pixels, 1, 2, 3).value()).value();
  EXPECT_EQ(colour.channels, 3);
  EXPECT_EQ(colour.samples, pixels);
}

TEST(PngEncoder, RefusesOtherChannels) {
  EXPECT_TRUE(absl::IsInvalidArgument(EncodePng(std::vector<uint8_t>(8), 2, 2, 2).status()));
}

}  // namespace
}  // namespace pleat
