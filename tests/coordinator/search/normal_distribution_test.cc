#include "coordinator/search/normal_distribution.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

TEST(NormalDistribution, HasTheTabulatedQuantiles) {
  // scipy.special.ndtri
  EXPECT_EQ(NormalQuantile(0.5), 0);
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(NormalQuantile(0.3), -0.5244005127080409, 1e-14);
  EXPECT_NEAR(NormalQuantile(1e-5), -4.264890793922825, 1e-13);
  EXPECT_NEAR(NormalQuantile(1e-20), -9.262340089798409, 1e-13);
}

TEST(NormalDistribution, ReadsQuantilesBackAsProbabilities) {
  for (const double p : {1e-300, 1e-30, 1e-9, 0.01, 0.07, 0.3, 0.5, 0.8, 0.999}) {
    EXPECT_NEAR(NormalProbability(NormalQuantile(p)) / p, 1, 1e-11) << p;
  }
  EXPECT_EQ(NormalProbability(-INFINITY), 0);
  EXPECT_EQ(NormalProbability(INFINITY), 1);
}

}  // namespace
}  // namespace pleat
