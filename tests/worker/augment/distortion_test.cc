#include "worker/augment/distortion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "tests/reference/fixture.h"
#include "worker/augment/framed_image.h"
#include "worker/augment/transform_image.h"

namespace pleat {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(GridDistortion, ReadsWhereAlbumentationsDoes) {
  const nlohmann::json cases = ReadFixture("transforms.json")["grid"];
  ASSERT_GE(cases.size(), 4u);
  for (const auto& c : cases) {
    for (const auto& [factors, positions] :
         {std::pair("column_factors", "columns"), std::pair("row_factors", "rows")}) {
      const auto expected = c[positions].get<std::vector<float>>();
      EXPECT_THAT(GridPositions(c[factors].get<std::vector<double>>(), std::ssize(expected)),
                  Pointwise(testing::FloatNear(1e-5), expected));
    }
  }
}

TEST(GridDistortion, ReachesTheBorderWhereCellsLeaveALongRest) {
  const std::vector<float> positions = GridPositions(std::vector<double>(11, 1.0), 29);
  for (size_t i = 1; i < positions.size(); ++i) EXPECT_GE(positions[i], positions[i - 1]);
  EXPECT_EQ(positions.back(), 29);
}

TEST(GridDistortion, DrawsAFactorPerCellAndTheRest) {
  v1::GridDistortionSpec spec;
  spec.set_steps(3);
  spec.set_limit(0.25);
  RandomStream random(1, RandomPurpose::kAugmentation);
  const GridDistortion drawn = DrawGridDistortion(spec, random);
  EXPECT_EQ(drawn.column_factors.size(), 4u);
  EXPECT_EQ(drawn.row_factors.size(), 4u);
  EXPECT_NE(drawn.column_factors, drawn.row_factors);
  EXPECT_THAT(drawn.column_factors, Each(testing::DoubleNear(1, 0.25)));
}

TEST(GridDistortion, MovesColumnsAndRowsOfEveryChannel) {
  // Both columns read the left one, both rows the upper one.
  const GridDistortion distortion = {.column_factors = {0, 1}, .row_factors = {0, 1}};
  const std::vector<uint8_t> pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::vector<double> out(pixels.size());
  ImageTransformer<double>({2, 2, 3}, 1)
      .Transform(pixels.data(), DrawnTransforms{distortion}, out.data());
  EXPECT_THAT(out, ElementsAre(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3));
}

TEST(Elastic, SmoothsAsScipyDoes) {
  const nlohmann::json cases = ReadFixture("transforms.json")["smooth"];
  ASSERT_GE(cases.size(), 3u);
  for (const auto& c : cases) {
    EXPECT_THAT(
        SmoothField(c["noise"].get<std::vector<float>>(), c["height"], c["width"], c["sigma"]),
        Pointwise(testing::FloatNear(1e-5), c["smoothed"].get<std::vector<float>>()));
  }
}

TEST(Elastic, DisplacesAsScipyDoes) {
  const nlohmann::json cases = ReadFixture("transforms.json")["displaced"];
  ASSERT_GE(cases.size(), 1u);
  for (const auto& c : cases) {
    const ImageShape shape = {c["height"], c["width"]};
    const auto pixels = c["input"].get<std::vector<uint8_t>>();
    const auto shift_x = c["shift_x"].get<std::vector<double>>();
    const auto shift_y = c["shift_y"].get<std::vector<double>>();
    FramedImage<double> framed(shape);
    framed.Set(pixels.data(), [](uint8_t byte) { return static_cast<double>(byte); });
    std::vector<double> out(pixels.size());
    framed.Resample(
        [&](int64_t y) {
          return [&, y](int64_t x) {
            const size_t i = y * shape.width + x;
            return std::pair(static_cast<double>(x) + shift_x[i],
                             static_cast<double>(y) + shift_y[i]);
          };
        },
        out.data());
    EXPECT_THAT(out, Pointwise(testing::DoubleNear(1e-4), c["output"].get<std::vector<double>>()));
  }
}

TEST(Elastic, FieldsAreFunctionsOfTheKeyAndScaledByAlpha) {
  const ImageShape shape = {20, 30};
  const DisplacementField one = MakeElasticField({.noise_key = 5, .alpha = 1, .sigma = 2}, shape);
  const DisplacementField again = MakeElasticField({.noise_key = 5, .alpha = 1, .sigma = 2}, shape);
  const DisplacementField other = MakeElasticField({.noise_key = 6, .alpha = 1, .sigma = 2}, shape);
  const DisplacementField strong =
      MakeElasticField({.noise_key = 5, .alpha = 4, .sigma = 2}, shape);
  EXPECT_EQ(one.x, again.x);
  EXPECT_NE(one.x, one.y);
  EXPECT_NE(one.x, other.x);
  for (size_t i = 0; i < one.x.size(); ++i) EXPECT_FLOAT_EQ(strong.x[i], 4 * one.x[i]);
  // The variance of smoothed noise, 1/3 / (4 pi sigma^2) away from the border.
  double sum_of_squares = 0;
  int inside = 0;
  for (uint64_t key = 0; key < 40; ++key) {
    const DisplacementField field =
        MakeElasticField({.noise_key = key, .alpha = 1, .sigma = 2}, shape);
    for (int64_t y = 8; y < 12; ++y) {
      for (int64_t x = 8; x < 22; ++x, ++inside) {
        sum_of_squares += std::pow(field.x[y * shape.width + x], 2);
      }
    }
  }
  EXPECT_NEAR(sum_of_squares / inside, 1.0 / 3 / (4 * M_PI * 4), 0.001);
}

}  // namespace
}  // namespace pleat
