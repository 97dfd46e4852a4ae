#include "coordinator/search/tpe_density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace pleat {
namespace {

CubeDimension Category(uint64_t cells) { return {.cells = cells, .is_category = true}; }

// A category and a real that exists in its first cell only.
std::vector<CubeDimension> ConditionalSpace() {
  std::vector<CubeDimension> dimensions = {Category(2), {}};
  dimensions[1].parents = {{.dimension = 0, .cells = {0}}};
  return dimensions;
}

TEST(TpeDensity, IsEvenWithoutKernels) {
  const std::vector<CubeDimension> dimensions = {{}, Category(4)};
  const TpeDensity density(dimensions, {}, 0.1);
  EXPECT_NEAR(density.LogDensity({0.3, 0.125}), std::log(0.25), 1e-12);
}

TEST(TpeDensity, IsTheMeanOfAKernelAndThePrior) {
  const std::vector<CubeDimension> dimensions(1);
  const TpeDensity density(dimensions, {{.center = {0.5}, .weight = 3}}, 0.1);
  // Weights of 4 with the prior, in one dimension; what is cut off beyond [0, 1] is below 1e-8.
  const double width = 0.1 * std::pow(4, -0.2);
  const double height = 1 / (width * std::sqrt(2 * std::numbers::pi));
  EXPECT_NEAR(density.LogDensity({0.5}), std::log(0.75 * height + 0.25), 1e-6);
  EXPECT_NEAR(density.LogDensity({0.5 + width}), std::log(0.75 * height * std::exp(-0.5) + 0.25),
              1e-6);
}

TEST(TpeDensity, IntegratesToOne) {
  const std::vector<CubeDimension> dimensions(1);
  const TpeDensity density(dimensions, {{.center = {0.02}}, {.center = {0.9}, .weight = 2}}, 0.3);
  double sum = 0;
  constexpr int kSteps = 10'000;
  for (int i = 0; i < kSteps; ++i) sum += std::exp(density.LogDensity({(i + 0.5) / kSteps}));
  EXPECT_NEAR(sum / kSteps, 1, 1e-5);
}

TEST(TpeDensity, SumsToOneOverCategories) {
  const std::vector<CubeDimension> dimensions = {Category(3)};
  const TpeDensity density(dimensions, {{.center = {0.5}}}, 0.1);
  const double own = std::exp(density.LogDensity({0.5}));
  const double other = std::exp(density.LogDensity({1.0 / 6}));
  EXPECT_NEAR(own + 2 * other, 1, 1e-12);
  // Half the kernel's 0.6 + 0.4 / 3, half the prior's 1 / 3.
  EXPECT_NEAR(own, 0.5 * (0.6 + 0.4 / 3) + 0.5 / 3, 1e-12);
}

TEST(TpeDensity, IsEvenInADimensionThatAKernelLacks) {
  const std::vector<CubeDimension> dimensions = ConditionalSpace();
  const TpeDensity density(dimensions, {{.center = {0.75, std::nullopt}}}, 0.1);
  EXPECT_DOUBLE_EQ(density.LogDensity({0.25, 0.1}), density.LogDensity({0.25, 0.7}));
}

TEST(TpeDensity, DrawsOnlyWhatExists) {
  const std::vector<CubeDimension> dimensions = ConditionalSpace();
  const TpeDensity density(dimensions, {{.center = {0.25, 0.9}, .weight = 2}}, 0.1);
  RandomStream random(1, RandomPurpose::kSearch);
  int of_first = 0;
  for (int i = 0; i < 1000; ++i) {
    const CubePoint point = density.Draw(random);
    ASSERT_TRUE(point[0] == 0.25 || point[0] == 0.75);
    ASSERT_EQ(point[1].has_value(), point[0] == 0.25);
    of_first += point[0] == 0.25 ? 1 : 0;
  }
  // 2/3 of 0.6 + 0.4 / 2 and 1/3 of 1/2: 0.7, with a standard deviation of 14 draws.
  EXPECT_NEAR(of_first, 700, 60);
}

TEST(TpeDensity, DrawsAsDenselyAsItSays) {
  const std::vector<CubeDimension> dimensions(1);
  const TpeDensity density(dimensions, {{.center = {0.05}, .weight = 4}}, 0.1);
  RandomStream random(2, RandomPurpose::kSearch);
  constexpr int kDraws = 20'000;
  int below = 0;
  for (int i = 0; i < kDraws; ++i) below += *density.Draw(random)[0] < 0.1 ? 1 : 0;
  double mass = 0;
  for (int i = 0; i < 1000; ++i) mass += 1e-4 * std::exp(density.LogDensity({(i + 0.5) * 1e-4}));
  EXPECT_NEAR(static_cast<double>(below) / kDraws, mass, 0.015);
}

TEST(TpeDensity, DividesCoordinatesByLogarithms) {
  const CubeDimension ones_to_seven = {.cells = 7, .log_start = 1};
  EXPECT_EQ(CubeCell(ones_to_seven, 0.33), 0u);
  EXPECT_EQ(CubeCell(ones_to_seven, 0.34), 1u);  // log(2) / log(8) is a third
  EXPECT_EQ(CubeCell(ones_to_seven, 0.999), 6u);
  EXPECT_DOUBLE_EQ(CubeMiddle(ones_to_seven, 0.2), 1.0 / 6);
}

TEST(TpeDensity, LeavesWideAndNarrowCellsAlikeOften) {
  const std::vector<CubeDimension> dimensions = {{.cells = 7, .log_start = 1}};
  for (const uint64_t cell : {0u, 6u}) {
    const double center = CubeMiddle(dimensions[0], cell == 0 ? 0 : 0.99);
    const TpeDensity density(dimensions, {{.center = {center}, .weight = 100}}, 0.01);
    RandomStream random(4, RandomPurpose::kSearch);
    int inside = 0;
    for (int i = 0; i < 1000; ++i) {
      inside += CubeCell(dimensions[0], *density.Draw(random)[0]) == cell ? 1 : 0;
    }
    // Each cell ends at an end of [0, 1] and is two standard deviations wide: 0.68 / 0.84 of the
    // draws stay inside, with a standard deviation of 13.
    EXPECT_NEAR(inside, 805, 60) << cell;
  }
}

TEST(TpeDensity, DrawsTheMiddlesOfCells) {
  const std::vector<CubeDimension> dimensions = {{.cells = 5}};
  const TpeDensity density(dimensions, {{.center = {0.9}}}, 0.1);
  RandomStream random(3, RandomPurpose::kSearch);
  for (int i = 0; i < 200; ++i) {
    const double drawn = *density.Draw(random)[0];
    ASSERT_DOUBLE_EQ(drawn, CubeMiddle(dimensions[0], drawn));
    ASSERT_NEAR(std::remainder(drawn - 0.1, 0.2), 0, 1e-12);
  }
}

}  // namespace
}  // namespace pleat
