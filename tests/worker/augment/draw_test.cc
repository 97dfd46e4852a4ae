#include "worker/augment/draw.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>

namespace pleat {
namespace {

constexpr ImageShape kShape = {28, 20};

TransformList Read(const std::string& text) {
  v1::AugmentViewSpec list;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &list)) << text;
  return list.transforms();
}

const char kMany[] = R"(
  transforms { shift_scale_rotate { shift: 0.1 scale: 0.1 rotate_degrees: 10 p: 0.5 } }
  transforms { brightness { limit: 0.2 p: 0.5 } }
  transforms { one_of { p: 0.5
    transforms { gamma { min: 0.5 max: 2 p: 1 } }
    transforms { one_of { p: 3
      transforms { contrast { limit: 0.5 p: 1 } }
      transforms { elastic { alpha: 3 sigma: 2 p: 1 } } } } } }
  transforms { cutout { holes: 1 size: 0.3 fill: 0 p: 0.5 } })";

// Which kinds were drawn, by their places in the variant, and one number of each.
std::vector<std::pair<size_t, double>> Summary(const DrawnTransforms& drawn) {
  struct Number {
    double operator()(const AffineMap& map) { return map[2]; }
    double operator()(const GridDistortion& grid) { return grid.row_factors[0]; }
    double operator()(const Elastic& elastic) { return static_cast<double>(elastic.noise_key); }
    double operator()(const Brightness& brightness) { return brightness.change; }
    double operator()(const Gamma& gamma) { return gamma.power; }
    double operator()(const Contrast& contrast) { return contrast.factor; }
    double operator()(const Crop& crop) { return static_cast<double>(crop.shift_x); }
    double operator()(const Cutout& cutout) { return static_cast<double>(cutout.holes[0].left); }
  };
  std::vector<std::pair<size_t, double>> summary;
  for (const DrawnTransform& transform : drawn) {
    summary.emplace_back(transform.index(), std::visit(Number(), transform));
  }
  return summary;
}

TEST(DrawTransforms, IsAFunctionOfThePosition) {
  const TransformList transforms = Read(kMany);
  const auto draw = [&](const DrawPosition& position) {
    return Summary(DrawTransforms(transforms, kShape, position, Chance::kAlways));
  };
  const DrawPosition position = {.key = 1, .epoch = 2, .row = 3};
  EXPECT_EQ(draw(position), draw(position));
  EXPECT_NE(draw(position), draw({.key = 2, .epoch = 2, .row = 3}));
  EXPECT_NE(draw(position), draw({.key = 1, .epoch = 3, .row = 3}));
  EXPECT_NE(draw(position), draw({.key = 1, .epoch = 2, .row = 4}));
  EXPECT_NE(draw(position), draw({.key = 1, .epoch = 2, .row = 3 + (uint64_t{1} << 32)}));
  EXPECT_NE(draw(position),
            draw({.key = 1, .purpose = RandomPurpose::kViews, .epoch = 2, .row = 3}));
}

TEST(DrawTransforms, OneTransformsOptionsNeverMoveTheDrawsOfTheNext) {
  TransformList transforms = Read(kMany);
  const DrawPosition position = {.key = 1, .epoch = 2, .row = 3};
  const auto before = Summary(DrawTransforms(transforms, kShape, position, Chance::kAlways));
  transforms[0].mutable_elastic()->set_alpha(5);
  const auto after = Summary(DrawTransforms(transforms, kShape, position, Chance::kAlways));
  ASSERT_EQ(before.size(), 4u);
  ASSERT_EQ(after.size(), 4u);
  EXPECT_NE(before[0], after[0]);
  for (int i = 1; i < 4; ++i) EXPECT_EQ(before[i], after[i]);
}

TEST(DrawTransforms, EqualTransformsInOneListAreDrawnApart) {
  const TransformList transforms = Read(R"(
    transforms { brightness { limit: 0.2 p: 1 } } transforms { brightness { limit: 0.2 p: 1 } })");
  const auto drawn = Summary(DrawTransforms(transforms, kShape, {.key = 1}));
  ASSERT_EQ(drawn.size(), 2u);
  EXPECT_NE(drawn[0], drawn[1]);
}

TEST(DrawTransforms, AppliesEachWithItsProbability) {
  const TransformList transforms = Read(R"(
    transforms { brightness { limit: 0.2 p: 0.3 } }
    transforms { gamma { min: 1 max: 2 p: 0.8 } }
    transforms { contrast { limit: 0.2 p: 0 } }
    transforms { cutout { holes: 1 size: 0.2 p: 1 } })");
  constexpr int kRows = 4000;
  int brightness = 0, gamma = 0, both = 0, contrast = 0, cutout = 0;
  for (uint64_t row = 0; row < kRows; ++row) {
    bool has_brightness = false;
    for (const DrawnTransform& drawn : DrawTransforms(transforms, kShape, {.key = 5, .row = row})) {
      has_brightness |= std::holds_alternative<Brightness>(drawn);
      brightness += std::holds_alternative<Brightness>(drawn);
      gamma += std::holds_alternative<Gamma>(drawn);
      both += std::holds_alternative<Gamma>(drawn) && has_brightness;
      contrast += std::holds_alternative<Contrast>(drawn);
      cutout += std::holds_alternative<Cutout>(drawn);
    }
  }
  // Four standard deviations.
  EXPECT_NEAR(brightness, 0.3 * kRows, 116);
  EXPECT_NEAR(gamma, 0.8 * kRows, 101);
  EXPECT_NEAR(both, 0.24 * kRows, 108);
  EXPECT_EQ(contrast, 0);
  EXPECT_EQ(cutout, kRows);
}

TEST(DrawTransforms, OneOfDrawsByWeightsAndNests) {
  const TransformList transforms = Read(kMany);
  constexpr int kRows = 4000;
  std::map<size_t, int> counts;
  for (uint64_t row = 0; row < kRows; ++row) {
    for (const DrawnTransform& drawn : DrawTransforms(
             {transforms.begin() + 2, transforms.begin() + 3}, kShape, {.key = 9, .row = row})) {
      ++counts[drawn.index()];
    }
  }
  // Half of the rows; weights 1 and 3; the nested one_of draws one of two whenever it is drawn.
  EXPECT_NEAR(counts[DrawnTransform(Gamma()).index()], 0.125 * kRows, 84);
  EXPECT_NEAR(counts[DrawnTransform(Contrast()).index()], 0.1875 * kRows, 99);
  EXPECT_NEAR(counts[DrawnTransform(Elastic()).index()], 0.1875 * kRows, 99);
  EXPECT_EQ(counts.size(), 3u);
}

TEST(DrawTransforms, OneOfNeverDrawsAWeightOfZero) {
  const TransformList transforms = Read(R"(transforms { one_of { p: 1
    transforms { gamma { min: 1 max: 2 p: 0 } }
    transforms { contrast { limit: 0.2 p: 0.5 } }
    transforms { brightness { limit: 0.2 p: 0 } } } })");
  for (uint64_t row = 0; row < 200; ++row) {
    const DrawnTransforms drawn = DrawTransforms(transforms, kShape, {.key = 1, .row = row});
    ASSERT_EQ(drawn.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<Contrast>(drawn[0]));
  }
}

TEST(DrawTransforms, JoinsSuccessiveAffineMapsInOrder) {
  const TransformList transforms = Read(R"(
    transforms { shift_scale_rotate { shift: 0.2 scale: 0.1 rotate_degrees: 30 p: 1 } }
    transforms { horizontal_flip { p: 1 } }
    transforms { brightness { limit: 0.2 p: 1 } }
    transforms { vertical_flip { p: 1 } })");
  const DrawnTransforms drawn = DrawTransforms(transforms, kShape, {.key = 7, .row = 2});
  const DrawnTransforms first =
      DrawTransforms({transforms.begin(), transforms.begin() + 1}, kShape, {.key = 7, .row = 2});
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_EQ(std::get<AffineMap>(drawn[0]),
            Compose(std::get<AffineMap>(first[0]), HorizontalMirror(kShape.width)));
  EXPECT_EQ(std::get<AffineMap>(drawn[2]), VerticalMirror(kShape.height));
}

TEST(DrawView, TakesFixedParametersAsTheyAre) {
  v1::View view;
  view.set_identity(true);
  EXPECT_TRUE(DrawView(view, kShape, 0).empty());
  view.set_identity(false);
  view.set_shift_x(0.1);
  view.set_shift_y(-0.2);
  view.set_scale(1.1);
  view.set_rotate_degrees(7);
  const AffineParameters parameters = {
      .shift_x = 0.1, .shift_y = -0.2, .scale = 1.1, .rotate_degrees = 7};
  for (const uint64_t row : {0, 5}) {
    const DrawnTransforms drawn = DrawView(view, kShape, row);
    ASSERT_EQ(drawn.size(), 1u);
    EXPECT_EQ(std::get<AffineMap>(drawn[0]), InverseMap(parameters, 28, 20));
  }
}

TEST(DrawView, DrawsFromTheKeyWhateverP) {
  v1::View view;
  *view.mutable_transforms() = Read(R"(
    transforms { brightness { limit: 0.2 p: 0 } } transforms { gamma { min: 1 max: 2 p: 0.1 } })");
  view.set_key(uint64_t{1} << 60);
  const auto of_row = [&](uint64_t row) { return Summary(DrawView(view, kShape, row)); };
  ASSERT_EQ(of_row(0).size(), 2u);
  EXPECT_EQ(of_row(0), of_row(7));
  view.set_per_row(true);
  EXPECT_NE(of_row(0), of_row(7));
  EXPECT_EQ(of_row(7), of_row(7));
  const auto before = of_row(7);
  view.set_key(view.key() + 1);
  EXPECT_NE(of_row(7), before);
}

}  // namespace
}  // namespace pleat
