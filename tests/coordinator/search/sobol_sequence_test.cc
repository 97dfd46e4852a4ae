#include "coordinator/search/sobol_sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "common/base/philox.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

TEST(SobolSequence, GivesTheFirstPointsOfSciPys) {
  const auto fixture = ReadFixture("sobol.json");
  const uint32_t shift = 32 - fixture["bits"].get<uint32_t>();
  const SobolSequence sequence = SobolSequence::Make(8).value();
  uint32_t index = 0;
  for (const auto& point : fixture["first_points_of_8"]) {
    for (uint32_t i = 0; i < 8; ++i) {
      ASSERT_EQ(sequence.At(index, i) >> shift, point[i].get<uint32_t>()) << index << " " << i;
    }
    ++index;
  }
  EXPECT_EQ(index, 64u);
}

TEST(SobolSequence, GivesLaterPointsOfSciPysInAllDimensions) {
  const auto fixture = ReadFixture("sobol.json");
  const uint32_t shift = 32 - fixture["bits"].get<uint32_t>();
  const SobolSequence sequence = SobolSequence::Make(SobolSequence::MostDimensions()).value();
  for (const auto& [index, point] : fixture["points"].items()) {
    ASSERT_EQ(point.size(), SobolSequence::MostDimensions());
    for (uint32_t i = 0; i < point.size(); ++i) {
      ASSERT_EQ(sequence.At(static_cast<uint32_t>(std::stoul(index)), i) >> shift,
                point[i].get<uint32_t>())
          << index << " " << i;
    }
  }
}

TEST(SobolSequence, RefusesMoreDimensionsThanItHas) {
  EXPECT_GE(SobolSequence::MostDimensions(), 64u);
  const auto sequence = SobolSequence::Make(SobolSequence::MostDimensions() + 1);
  EXPECT_EQ(sequence.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SobolSequence, KeepsAPointInEverySliceWhenScrambled) {
  constexpr uint32_t kPoints = 256;
  const SobolSequence sequence = SobolSequence::Make(12).value();
  for (uint32_t i = 0; i < 12; ++i) {
    std::set<int> slices;
    for (uint32_t n = 0; n < kPoints; ++n) {
      const double u = sequence.ScrambledAt(n, i, 0x9e3779b9u * (i + 1));
      ASSERT_GT(u, 0);
      ASSERT_LT(u, 1);
      slices.insert(static_cast<int>(u * kPoints));
    }
    EXPECT_EQ(slices.size(), kPoints) << i;
  }
}

TEST(SobolSequence, ScramblesEachKeyDifferently) {
  const SobolSequence sequence = SobolSequence::Make(1).value();
  std::set<double> first_points;
  for (uint32_t key = 1; key <= 100; ++key) first_points.insert(sequence.ScrambledAt(0, 0, key));
  EXPECT_EQ(first_points.size(), 100u);
}

// Square of the centred L2 discrepancy (Hickernell 1998): how far from even the points lie.
double Discrepancy(const std::vector<std::vector<double>>& points) {
  const auto n = static_cast<double>(points.size());
  double single = 0, pairs = 0;
  for (const auto& x : points) {
    double product = 1;
    for (const double u : x) {
      const double c = std::abs(u - 0.5);
      product *= 1 + 0.5 * c - 0.5 * c * c;
    }
    single += product;
    for (const auto& y : points) {
      double pair = 1;
      for (size_t i = 0; i < x.size(); ++i) {
        pair *= 1 + 0.5 * std::abs(x[i] - 0.5) + 0.5 * std::abs(y[i] - 0.5) -
                0.5 * std::abs(x[i] - y[i]);
      }
      pairs += pair;
    }
  }
  return std::pow(13.0 / 12, static_cast<double>(points[0].size())) - 2 / n * single +
         pairs / (n * n);
}

TEST(SobolSequence, CoversTheCubeMoreEvenlyThanIndependentDraws) {
  constexpr uint32_t kPoints = 128, kDimensions = 5;
  const SobolSequence sequence = SobolSequence::Make(kDimensions).value();
  for (const uint32_t seed : {1u, 2u, 3u}) {
    std::vector<std::vector<double>> even(kPoints), independent(kPoints);
    for (uint32_t n = 0; n < kPoints; ++n) {
      for (uint32_t i = 0; i < kDimensions; ++i) {
        const uint32_t key = RandomStream(seed, RandomPurpose::kSobolScrambling, i).NextUint32();
        even[n].push_back(sequence.ScrambledAt(n, i, key));
        independent[n].push_back(RandomStream(seed, RandomPurpose::kSearch, n, i).NextDouble());
      }
    }
    EXPECT_LT(Discrepancy(even), 0.25 * Discrepancy(independent)) << seed;
  }
}

}  // namespace
}  // namespace pleat
