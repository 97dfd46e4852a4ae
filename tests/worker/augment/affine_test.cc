#include "worker/augment/affine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/reference/fixture.h"
#include "worker/augment/transform_image.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointwise;

template <typename T>
std::vector<T> Warp(const ImageShape& shape, const std::vector<uint8_t>& pixels,
                    const AffineMap& map) {
  std::vector<T> out(pixels.size());
  ImageTransformer<T>(shape, 1).Transform(pixels.data(), DrawnTransforms{map}, out.data());
  return out;
}

TEST(Affine, WarpsAsNumpyDoes) {
  const nlohmann::json cases = ReadFixture("warp.json");
  ASSERT_GE(cases.size(), 9u);
  for (const auto& c : cases) {
    const ImageShape shape = {c["height"], c["width"]};
    const AffineParameters parameters = {.shift_x = c["shift_x"],
                                         .shift_y = c["shift_y"],
                                         .scale = c["scale"],
                                         .rotate_degrees = c["degrees"],
                                         .shear_x_degrees = c["shear_x"],
                                         .shear_y_degrees = c["shear_y"]};
    const AffineMap map = InverseMap(parameters, shape.height, shape.width);
    const auto input = c["input"].get<std::vector<uint8_t>>();
    const auto expected = c["output"].get<std::vector<float>>();
    EXPECT_THAT(Warp<float>(shape, input, map), Pointwise(testing::FloatNear(1e-2), expected)) << c;
    EXPECT_THAT(Warp<double>(shape, input, map), Pointwise(testing::DoubleNear(1e-5), expected))
        << c;
  }
}

TEST(Affine, RotatesCounterClockwise) {
  const AffineMap map = InverseMap({.rotate_degrees = 90}, 2, 2);
  EXPECT_THAT(Warp<float>({2, 2}, {10, 20, 30, 40}, map),
              Pointwise(testing::FloatNear(1e-4), std::vector<float>{20, 40, 10, 30}));
}

TEST(Affine, ShiftsRightAndDownByFractions) {
  const std::vector<uint8_t> pixels = {10, 20, 30, 40};
  EXPECT_THAT(Warp<float>({2, 2}, pixels, InverseMap({.shift_x = 0.5}, 2, 2)),
              ElementsAre(0, 10, 0, 30));
  EXPECT_THAT(Warp<float>({2, 2}, pixels, InverseMap({.shift_y = 0.5}, 2, 2)),
              ElementsAre(0, 0, 10, 20));
}

TEST(Affine, ShearsRowsAndColumns) {
  const std::vector<uint8_t> pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  // Below the middle to the right, above it to the left.
  EXPECT_THAT(Warp<float>({3, 3}, pixels, InverseMap({.shear_x_degrees = 45}, 3, 3)),
              Pointwise(testing::FloatNear(1e-4), {2, 3, 0, 4, 5, 6, 0, 7, 8}));
  EXPECT_THAT(Warp<float>({3, 3}, pixels, InverseMap({.shear_y_degrees = 45}, 3, 3)),
              Pointwise(testing::FloatNear(1e-4), {4, 2, 0, 7, 5, 3, 0, 8, 6}));
}

TEST(Affine, MirrorsExactly) {
  const std::vector<uint8_t> pixels = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(Warp<float>({2, 3}, pixels, HorizontalMirror(3)), ElementsAre(3, 2, 1, 6, 5, 4));
  EXPECT_THAT(Warp<float>({2, 3}, pixels, VerticalMirror(2)), ElementsAre(4, 5, 6, 1, 2, 3));
}

TEST(Affine, KeepsChannelsApart) {
  EXPECT_THAT(Warp<float>({1, 2, 3}, {1, 100, 7, 3, 200, 9}, InverseMap({.shift_x = 0.5}, 1, 2)),
              ElementsAre(0, 0, 0, 1, 100, 7));
}

TEST(Affine, GivesZerosFarOutsideAndNowhere) {
  const std::vector<uint8_t> pixels = {9, 9, 9, 9};
  EXPECT_THAT(Warp<float>({2, 2}, pixels, {1, 0, 1e30, 0, 1, -1e30}), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(Warp<float>({2, 2}, pixels, {1, 0, NAN, 0, 1, INFINITY}), ElementsAre(0, 0, 0, 0));
}

TEST(Affine, ComposesMaps) {
  const AffineMap turned = InverseMap({.rotate_degrees = 30, .shear_x_degrees = 10}, 5, 7);
  const AffineMap moved = InverseMap({.shift_x = 0.2, .scale = 1.5}, 5, 7);
  const AffineMap both = Compose(turned, moved);
  const auto at = [](const AffineMap& m, double x, double y) {
    return std::array{m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]};
  };
  const auto inner = at(moved, 3, 4);
  EXPECT_THAT(at(both, 3, 4),
              Pointwise(testing::DoubleNear(1e-12), at(turned, inner[0], inner[1])));
}

TEST(Affine, DrawsEveryParameterWithinTheLimits) {
  v1::AffineSpec spec;
  spec.set_shift(0.1);
  spec.set_scale(0.2);
  spec.set_rotate_degrees(15);
  spec.set_shear_degrees(5);
  RandomStream random(1, RandomPurpose::kAugmentation);
  AffineParameters largest{.scale = 0};
  for (int i = 0; i < 1000; ++i) {
    const AffineParameters drawn = DrawAffine(spec, random);
    largest.shift_x = std::max(largest.shift_x, std::abs(drawn.shift_x));
    largest.shift_y = std::max(largest.shift_y, std::abs(drawn.shift_y));
    largest.scale = std::max(largest.scale, std::abs(drawn.scale - 1));
    largest.rotate_degrees = std::max(largest.rotate_degrees, std::abs(drawn.rotate_degrees));
    largest.shear_x_degrees = std::max(largest.shear_x_degrees, std::abs(drawn.shear_x_degrees));
    largest.shear_y_degrees = std::max(largest.shear_y_degrees, std::abs(drawn.shear_y_degrees));
  }
  const auto is_near_limit = [](double limit) {
    return testing::AllOf(testing::Le(limit), testing::Ge(0.98 * limit));
  };
  EXPECT_THAT(largest.shift_x, is_near_limit(0.1));
  EXPECT_THAT(largest.shift_y, is_near_limit(0.1));
  EXPECT_THAT(largest.scale, is_near_limit(0.2 + 1e-15));
  EXPECT_THAT(largest.rotate_degrees, is_near_limit(15));
  EXPECT_THAT(largest.shear_x_degrees, is_near_limit(5));
  EXPECT_THAT(largest.shear_y_degrees, is_near_limit(5));
}

}  // namespace
}  // namespace pleat
