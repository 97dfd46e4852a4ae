#include "coordinator/prune/curve_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "race_samples.h"

namespace pleat {
namespace {

// Beside a rise of 0.5 the grid of shapes leaves no more than 2 % of it, in the first epoch.
TEST(CurveNoise, IsNextToNoneOfACurveOfAFamily) {
  const auto shapes = MakeCurveShapes(30);
  for (const double square : SquaredResiduals(ExponentialCurve(0.9, 0.5, 4, 30), shapes)) {
    EXPECT_LT(std::sqrt(square), 0.01);
  }
}

TEST(CurveNoise, IsFoundLateAndEarly) {
  const auto shapes = MakeCurveShapes(30);
  std::vector<std::vector<double>> squares;
  for (uint32_t i = 0; i < 200; ++i) {
    std::vector<double> curve = ExponentialCurve(0.9, 0.5, 4, 30);
    RandomStream random(1, RandomPurpose::kSearch, i);
    for (size_t t = 1; t <= 30; ++t) {
      curve[t - 1] += 0.01 * std::sqrt(1 + 8.0 / t) * random.NextNormal();
    }
    squares.push_back(SquaredResiduals(curve, shapes));
  }
  const CurveNoise noise = EstimateNoise(squares, 0);
  EXPECT_NEAR(std::sqrt(noise.Variance(30)), 0.01 * std::sqrt(1 + 8.0 / 30), 0.0015);
  EXPECT_NEAR(std::sqrt(noise.Variance(5)), 0.01 * std::sqrt(1 + 8.0 / 5), 0.003);
  EXPECT_GT(noise.early, 2 * noise.late);
}

TEST(CurveNoise, IsNeverBelowTheLeast) {
  const std::vector<std::vector<double>> squares = {{0, 0, 0, 0}};
  const CurveNoise noise = EstimateNoise(squares, 1e-6);
  for (uint32_t t = 1; t <= 4; ++t) EXPECT_GE(noise.Variance(t), 1e-6);
}

}  // namespace
}  // namespace pleat
