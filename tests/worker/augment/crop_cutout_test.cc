#include "worker/augment/crop_cutout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "worker/augment/transform_image.h"

namespace pleat {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr ImageShape kSmallShape = {3, 4};
constexpr auto kPurpose = RandomPurpose::kAugmentation;

// The image 1, 2, …, 12 through one transform.
std::vector<float> Through(const DrawnTransform& transform) {
  std::vector<uint8_t> pixels(kSmallShape.size());
  std::iota(pixels.begin(), pixels.end(), 1);
  std::vector<float> out(pixels.size());
  ImageTransformer<float>(kSmallShape, 1).Transform(pixels.data(), {&transform, 1}, out.data());
  return out;
}

v1::RandomCropSpec CropSpec(uint32_t height, uint32_t width, uint32_t padding) {
  v1::RandomCropSpec spec;
  spec.set_height(height);
  spec.set_width(width);
  spec.set_padding(padding);
  return spec;
}

TEST(RandomCrop, SetsASmallWindowInTheMiddleOfBlack) {
  const Crop crop = {.shift_y = 1, .shift_x = -1, .window = {0, 1, 2, 2}};
  EXPECT_THAT(Through(crop), ElementsAre(0, 5, 6, 0, 0, 9, 10, 0, 0, 0, 0, 0));
}

TEST(RandomCrop, GivesEveryWindowOfThePaddedImage) {
  RandomStream random(1, kPurpose);
  std::set<std::pair<int64_t, int64_t>> seen;
  for (int i = 0; i < 400; ++i) {
    const Crop crop = DrawCrop(CropSpec(0, 0, 1), kSmallShape, random);
    seen.emplace(crop.shift_y, crop.shift_x);
    EXPECT_EQ(crop.window.height, 3);
    EXPECT_EQ(crop.window.width, 4);
  }
  EXPECT_EQ(seen.size(), 9u);
  EXPECT_EQ(*seen.begin(), std::pair(int64_t{-1}, int64_t{-1}));
  EXPECT_EQ(*seen.rbegin(), std::pair(int64_t{1}, int64_t{1}));
}

TEST(RandomCrop, KeepsPixelsOfTheImageAtTheirPlaceInTheWindow) {
  RandomStream random(2, kPurpose);
  std::set<float> corners;
  for (int i = 0; i < 100; ++i) {
    const Crop crop = DrawCrop(CropSpec(1, 2, 0), kSmallShape, random);
    const std::vector<float> out = Through(crop);
    // Row 1 of 3, columns 1 and 2 of 4 are the middle.
    EXPECT_EQ(out[6], out[5] + 1);
    EXPECT_EQ(std::accumulate(out.begin(), out.end(), 0.0F), out[5] + out[6]);
    corners.insert(out[5]);
  }
  EXPECT_THAT(corners, ElementsAre(1, 2, 3, 5, 6, 7, 9, 10, 11));
}

TEST(RandomCrop, TakesTheMiddleOfALargeWindow) {
  RandomStream random(3, kPurpose);
  const Crop crop = DrawCrop(CropSpec(5, 6, 1), kSmallShape, random);  // there is one place for it
  EXPECT_THAT(Through(crop), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
}

TEST(Cutout, FillsRectanglesInsideTheImage) {
  const Cutout cutout = {.holes = {{0, 0, 1, 2}, {2, 3, 1, 1}}, .fill = 1};
  EXPECT_THAT(Through(cutout), ElementsAre(255, 255, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255));
}

TEST(Cutout, DrawsHolesOfTheSizeEverywhere) {
  v1::CutoutSpec spec;
  spec.set_holes(2);
  spec.set_size(0.5);
  RandomStream random(4, kPurpose);
  std::set<int64_t> tops, lefts;
  for (int i = 0; i < 200; ++i) {
    const Cutout cutout = DrawCutout(spec, kSmallShape, random);
    ASSERT_EQ(cutout.holes.size(), 2u);
    for (const Rectangle& hole : cutout.holes) {
      EXPECT_EQ(hole.height, 2);
      EXPECT_EQ(hole.width, 2);
      tops.insert(hole.top);
      lefts.insert(hole.left);
    }
  }
  EXPECT_THAT(tops, ElementsAre(0, 1));
  EXPECT_THAT(lefts, ElementsAre(0, 1, 2));
  spec.set_size(1);
  spec.set_fill(0);
  EXPECT_THAT(Through(DrawCutout(spec, kSmallShape, random)), Each(0));
}

}  // namespace
}  // namespace pleat
