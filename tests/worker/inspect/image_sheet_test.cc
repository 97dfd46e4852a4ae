#include "worker/inspect/image_sheet.h"

#include <gtest/gtest.h>

#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

// `images` in a sheet, which Encode names a.png.
template <typename Value>
InspectionImage Sheet(const ImageShape& shape, const std::vector<std::vector<Value>>& images,
                      SheetLayout layout) {
  layout.images = images.size();
  ImageSheet sheet(shape, layout);
  for (const std::vector<Value>& image : images) sheet.Add(image);
  return sheet.Encode("a.png").value();
}

using Bytes = std::vector<uint8_t>;

TEST(ImageSheet, EnlargesSmallImagesAndLeavesGaps) {
  const std::vector<Bytes> images(3, {0, 50, 100, 250});
  const InspectionImage sheet = Sheet({2, 2, 1}, images, {.columns = 2});
  EXPECT_EQ(sheet.file, "a.png");
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
  Bytes image(200 * 100 * 3, 10);
  image[0] = 22;  // red of the first pixel, of blocks of 3 x 3
  const InspectionImage sheet = Sheet<uint8_t>({100, 200, 3}, {image}, {});
  EXPECT_EQ(sheet.width, 67);
  EXPECT_EQ(sheet.height, 34);
  const PngImage png = DecodePng(sheet.png).value();
  EXPECT_EQ(png.samples[0], 11);
  EXPECT_EQ(png.samples[1], 10);
  EXPECT_EQ(png.samples.back(), 10);
}

TEST(ImageSheet, SetsOriginalsApart) {
  const std::vector<Bytes> images(3, Bytes(64 * 64));
  const SheetLayout layout{.columns = 3, .shows_originals_first = true};
  EXPECT_EQ(Sheet({64, 64, 1}, images, layout).width, 3 * 64 + 12 + 3);
}

TEST(ImageSheet, ShowsSmallValuesAtFullBrightness) {
  const Bytes image = {0, 4, 8, 255};
  const InspectionImage sheet = Sheet<uint8_t>({2, 2, 1}, {image}, {.scale = 16});
  const PngImage png = DecodePng(sheet.png).value();
  EXPECT_EQ(png.samples[0], 0);
  EXPECT_EQ(png.samples[63], 64);
  EXPECT_EQ(png.samples[63 * 64], 128);
  EXPECT_EQ(png.samples[63 * 64 + 63], 255) << "no brighter than white";
}

TEST(ImageSheet, RoundsValuesOnlyWhereTheyAreShown) {
  const std::vector<float> image = {0, 4.5, 8.25, 255};
  const InspectionImage sheet = Sheet<float>({2, 2, 1}, {image}, {.scale = 16});
  const PngImage png = DecodePng(sheet.png).value();
  EXPECT_EQ(png.samples[63], 72) << "4 would be 64, and 5 would be 80";
  EXPECT_EQ(png.samples[63 * 64], 131);
  EXPECT_EQ(png.samples[63 * 64 + 63], 255);
}

TEST(ImageSheet, RefusesOtherChannels) {
  ImageSheet sheet({1, 1, 2}, {});
  sheet.Add(Bytes(2));
  EXPECT_TRUE(absl::IsInvalidArgument(sheet.Encode("a.png").status()));
}

}  // namespace
}  // namespace pleat
