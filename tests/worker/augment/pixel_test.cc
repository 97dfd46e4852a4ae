#include "worker/augment/pixel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/reference/fixture.h"
#include "worker/augment/transform_image.h"

namespace pleat {
namespace {

using ::testing::Pointwise;

// Compares each of the fixture's cases, in both number formats and for inputs of any range.
template <typename Kind>
void ExpectAsNumpy(const char* kind) {
  const nlohmann::json pixel = ReadFixture("transforms.json")["pixel"];
  const auto input = pixel["input"].get<std::vector<uint8_t>>();
  ASSERT_GE(pixel[kind].size(), 2u);
  for (const auto& c : pixel[kind]) {
    const DrawnTransforms drawn = {Kind{c["parameter"].get<double>()}};
    const auto expected = c["output"].get<std::vector<double>>();
    std::vector<double> out(input.size());
    ImageTransformer<double>({4, 5}, 1).Transform(input.data(), drawn, out.data());
    EXPECT_THAT(out, Pointwise(testing::DoubleNear(1e-5), expected)) << kind << c["parameter"];
    std::vector<float> unit(input.size());
    ImageTransformer<float>({4, 5}, 255).Transform(input.data(), drawn, unit.data());
    for (float& value : unit) value *= 255;
    EXPECT_THAT(unit, Pointwise(testing::FloatNear(1e-3), expected)) << kind << c["parameter"];
  }
}

TEST(Pixel, BrightnessIsNumpysFormula) { ExpectAsNumpy<Brightness>("brightness"); }
TEST(Pixel, GammaIsNumpysFormula) { ExpectAsNumpy<Gamma>("gamma"); }
TEST(Pixel, ContrastIsNumpysFormula) { ExpectAsNumpy<Contrast>("contrast"); }

TEST(Pixel, DrawsWithinTheLimits) {
  v1::BrightnessSpec brightness;
  brightness.set_limit(0.3);
  v1::GammaSpec gamma;
  gamma.set_min(0.5);
  gamma.set_max(2);
  v1::ContrastSpec contrast;
  contrast.set_limit(1.5);
  RandomStream random(3, RandomPurpose::kAugmentation);
  for (int i = 0; i < 200; ++i) {
    EXPECT_NEAR(DrawBrightness(brightness, random).change, 0, 0.3);
    EXPECT_NEAR(DrawGamma(gamma, random).power, 1.25, 0.75);
    EXPECT_NEAR(DrawContrast(contrast, random).factor, 1, 1.5);
  }
  gamma.set_max(0.5);
  EXPECT_EQ(DrawGamma(gamma, random).power, 0.5);
}

}  // namespace
}  // namespace pleat
