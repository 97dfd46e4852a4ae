#include "coordinator/search/log_expected_improvement.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

struct KnownGain {
  double z = 0;
  double logarithm = 0;
  double slope = 0;
};

TEST(LogExpectedImprovement, AgreesWithSixtyDigits) {
  // By mpmath with 60 digits: log(npdf(z) + z ncdf(z)), and ncdf(z) over what the logarithm is of.
  constexpr KnownGain kKnown[] = {{3, 1.0987396653277078, 0.33284096845179524},
                                  {0.5, -0.35982768374506382, 0.99092271800410996},
                                  {-0.9, -2.2982829894596517, 1.8326998049212272},
                                  {-1, -2.4851210257126413, 1.9042712333296918},
                                  {-3, -7.8696860596030285, 3.5323375176251605},
                                  {-9.9, -54.538591240015212, 10.096238609788728},
                                  {-10.1, -56.577468975612564, 10.292561325542938},
                                  {-40, -808.29856835661996, 40.049906657648518},
                                  {-1000, -500014.73445209116, 1000.001999994},
                                  {-1e6, -500000000028.54996, 1000000.000002}};
  for (const KnownGain& known : kKnown) {
    double slope = 0;
    EXPECT_NEAR(LogNormalGain(known.z, &slope) / known.logarithm, 1, 1e-11) << known.z;
    EXPECT_NEAR(slope / known.slope, 1, 1e-9) << known.z;
  }
}

TEST(LogExpectedImprovement, IsTheMeanOfWhatIsBetter) {
  // Integral of (best - x)+ over a normal density of mean 1 and deviation 2.
  double sum = 0;
  constexpr double kStep = 1e-3;
  for (double x = -15 + kStep / 2; x < 0.5; x += kStep) {
    sum += (0.5 - x) * std::exp(-0.125 * (x - 1) * (x - 1)) / (2 * std::sqrt(2 * M_PI)) * kStep;
  }
  EXPECT_NEAR(std::exp(LogExpectedImprovement(1, 2, 0.5)), sum, 1e-6);
}

}  // namespace
}  // namespace pleat
