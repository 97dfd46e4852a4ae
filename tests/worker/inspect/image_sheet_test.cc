#include "worker/inspect/image_sheet.h"

#include <gtest/gtest.h>

#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

TEST(ImageSheet, EnlargesSmallImagesAndLeavesGaps) {
  const std::vector<std::vector<uint8_t>> images(3, {0, 50, 100, 250});
  const InspectionImage sheet = ImageSheet("a.png", {2, 2, 1}, images, {.columns = 2}).value();
  EXPECT_EQ(sheet.width, 64 + 3 + 64);
  EXPECT_EQ(sheet.height, 64 + 3 + 64);
  const PngImage png = DecodePng(sheet.png).value();
  const auto at = [&](int64_t y, int64_t x) {
    return png.samples[static_cast<size_t>(y * sheet.width + x)];
  };
  EXPECT_EQ(at(31, 31), 0);
  EXPECT_EQ(at(31, 32), 50);
  EXPECT_EQ(at(32, 31), 100);
  EXPECT_EQ(at(63, 63), 250);
  EXPECT_EQ(at(5, 65), 128) << "the gap";
  EXPECT_EQ(at(5, 67), 0) << "the second column";
  EXPECT_EQ(at(67 + 63, 63), 250) << "the second line";
  EXPECT_EQ(at(67, 67), 128) << "no fourth image";
}

TEST(ImageSheet, ReducesLargeImagesToMeans) {
  std::vector<uint8_t> image(200 * 100 * 3, 10);
  image[0] = 22;  // red of the first pixel, of blocks of 3 x 3
  const InspectionImage sheet = ImageSheet("a.png", {100, 200, 3}, {image}, {}).value();
  EXPECT_EQ(sheet.width, 67);
  EXPECT_EQ(sheet.height, 34);
  const PngImage png = DecodePng(sheet.png).value();
  EXPECT_EQ(png.samples[0], 11);
  EXPECT_EQ(png.samples[1], 10);
  EXPECT_EQ(png.samples.back(), 10);
}

TEST(ImageSheet, SetsOriginalsApart) {
  const std::vector<std::vector<uint8_t>> images(3, std::vector<uint8_t>(64 * 64));
  const SheetLayout layout{.columns = 3, .shows_originals_first = true};
  EXPECT_EQ(ImageSheet("a.png", {64, 64, 1}, images, layout).value().width, 3 * 64 + 12 + 3);
}

TEST(ImageSheet, ShowsSmallValuesAtFullBrightness) {
  const std::vector<uint8_t> image = {0, 4, 8, 255};
  const InspectionImage sheet = ImageSheet("a.png", {2, 2, 1}, {image}, {.scale = 16}).value();
  const PngImage png = DecodePng(sheet.png).value();
  EXPECT_EQ(png.samples[0], 0);
  EXPECT_EQ(png.samples[63], 64);
  EXPECT_EQ(png.samples[63 * 64], 128);
  EXPECT_EQ(png.samples[63 * 64 + 63], 255) << "no brighter than white";
}

TEST(ImageSheet, RefusesOtherChannels) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      ImageSheet("a.png", {1, 1, 2}, {std::vector<uint8_t>(2)}, {}).status()));
}

}  // namespace
}  // namespace pleat
