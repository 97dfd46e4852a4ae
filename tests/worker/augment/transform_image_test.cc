#include "worker/augment/transform_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "worker/augment/draw.h"

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;

const DrawnTransforms kOfEveryKind = {
    AffineMap{0.9, 0.1, 0, -0.1, 1.1, 0.5},
    GridDistortion{.column_factors = {0.7, 1.2, 1}, .row_factors = {1.3, 0.9, 1}},
    Elastic{.noise_key = 3, .alpha = 5, .sigma = 1},
    Brightness{0.2},
    Gamma{0.7},
    Contrast{1.5},
    Crop{.shift_y = 1, .shift_x = -1, .window = {0, 1, 6, 5}},
    Cutout{.holes = {{1, 1, 2, 2}}, .fill = 0.5}};

TEST(ImageTransformer, LeavesAnImageWithoutTransformsAsItIs) {
  const std::vector<uint8_t> pixels = {0, 51, 102, 255};
  std::vector<float> out(4);
  ImageTransformer<float>({2, 2}, 255).Transform(pixels.data(), {}, out.data());
  EXPECT_THAT(out, ElementsAre(0, 0.2f, 0.4f, 1));
}

TEST(ImageTransformer, TransformsEveryChannelAlikeWithinTheRange) {
  const ImageShape grey = {7, 8};
  const ImageShape color = {7, 8, 3};
  std::vector<uint8_t> pixels(grey.size()), colored;
  for (int64_t i = 0; i < grey.size(); ++i) {
    pixels[i] = static_cast<uint8_t>(i * 41 % 256);
    for (int c = 0; c < 3; ++c) colored.push_back(pixels[i]);
  }
  for (const DrawnTransform& transform : kOfEveryKind) {
    std::vector<double> of_grey(pixels.size()), of_color(colored.size());
    ImageTransformer<double>(grey, 255).Transform(pixels.data(), {&transform, 1}, of_grey.data());
    ImageTransformer<double>(color, 255)
        .Transform(colored.data(), {&transform, 1}, of_color.data());
    EXPECT_THAT(of_grey, Each(AllOf(Ge(0), Le(1 + 1e-12)))) << transform.index();
    for (size_t i = 0; i < of_color.size(); ++i) {
      EXPECT_NEAR(of_color[i], of_grey[i / 3], 1e-12) << transform.index();
    }
  }
}

TEST(ImageTransformer, AppliesInOrder) {
  const std::vector<uint8_t> pixels = {100, 200};
  const DrawnTransform shift = AffineMap{1, 0, -1, 0, 1, 0};
  const DrawnTransform brighter = Brightness{0.1};
  std::vector<float> out(2);
  ImageTransformer<float> transformer({1, 2}, 1);
  transformer.Transform(pixels.data(), DrawnTransforms{shift, brighter}, out.data());
  EXPECT_THAT(out, ElementsAre(25.5f, 125.5f));
  transformer.Transform(pixels.data(), DrawnTransforms{brighter, shift}, out.data());
  EXPECT_THAT(out, ElementsAre(0, 125.5f));
}

TEST(ImageTransformer, KeepsNothingOfTheImageBefore) {
  const ImageShape shape = {7, 8};
  std::vector<uint8_t> pixels(shape.size());
  std::iota(pixels.begin(), pixels.end(), 3);
  std::vector<float> fresh(pixels.size()), second(pixels.size());
  ImageTransformer<float> transformer(shape, 1);
  transformer.Transform(std::vector<uint8_t>(pixels.size(), 255).data(), kOfEveryKind,
                        second.data());
  transformer.Transform(pixels.data(), kOfEveryKind, second.data());
  ImageTransformer<float>(shape, 1).Transform(pixels.data(), kOfEveryKind, fresh.data());
  EXPECT_EQ(second, fresh);
}

TEST(ImageTransformer, StaysWithinTheRangeOfBytes) {
  const std::vector<uint8_t> pixels = {0, 100, 200, 250};
  std::vector<float> out(4);
  ImageTransformer<float>({1, 4}, 1).Transform(pixels.data(), DrawnTransforms{Brightness{0.1}},
                                               out.data());
  EXPECT_THAT(out, ElementsAre(25.5f, 125.5f, 225.5f, 255));
}

TEST(ImageTransformer, GivesOneKeyOneImage) {
  TransformList transforms;
  v1::BrightnessSpec& brightness = *transforms.Add()->mutable_brightness();
  brightness.set_limit(0.5);
  brightness.set_p(0);
  const ImageShape shape = {2, 2, 3};
  const std::vector<uint8_t> pixels(shape.size(), 128);
  const auto transform = [&](uint64_t key) {
    std::vector<float> out(pixels.size());
    ImageTransformer<float>(shape, 1).Transform(
        pixels.data(), DrawTransforms(transforms, shape, {.key = key}, Chance::kAlways),
        out.data());
    return out;
  };
  EXPECT_EQ(transform(1), transform(1));
  EXPECT_NE(transform(1), transform(2));
}

}  // namespace
}  // namespace pleat
