#include "coordinator/search/gp_loss_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace pleat {
namespace {

TEST(GpLossScale, HasMeanZeroAndDeviationOne) {
  const std::vector<double> losses = {3, 1, 2, 50, 7, 1.5, 4};
  const GpLossScale scale(losses);
  double sum = 0, squares = 0;
  for (const double loss : losses) {
    sum += scale.ValueOf(loss);
    squares += std::pow(scale.ValueOf(loss), 2);
  }
  EXPECT_NEAR(sum, 0, 1e-12);
  EXPECT_NEAR(squares, 7, 1e-12);
}

TEST(GpLossScale, KeepsTheDifferencesOfGoodLossesHoweverBadTheWorstAre) {
  const std::vector<double> losses = {1, 2, 3, 4, 1e9};
  const GpLossScale scale(losses);
  const double step = scale.ValueOf(2) - scale.ValueOf(1);
  EXPECT_NEAR(scale.ValueOf(3) - scale.ValueOf(2), step, 1e-12);
  EXPECT_LT(scale.ValueOf(4) - scale.ValueOf(3), step);
  EXPECT_GT(step, 0.05);
  EXPECT_GT(scale.ValueOf(1e9), scale.ValueOf(1e8));
  EXPECT_NEAR(scale.unit() * step, 1, 1e-12);
}

TEST(GpLossScale, LeadsBackToLosses) {
  const std::vector<double> losses = {1, 2, 3, 4, 100};
  const GpLossScale scale(losses);
  for (const double loss : {-1.0, 1.5, 3.0, 3.5, 80.0, 1000.0}) {
    EXPECT_NEAR(scale.LossOf(scale.ValueOf(loss)), loss, 1e-9) << loss;
    const double slope = (scale.ValueOf(loss + 1e-6) - scale.ValueOf(loss - 1e-6)) / 2e-6;
    EXPECT_NEAR(scale.SlopeAt(loss), slope, 1e-5 * slope + 1e-9) << loss;
  }
}

TEST(GpLossScale, TakesEqualOneAndHugeLosses) {
  for (const std::vector<double>& losses :
       {std::vector<double>{5}, {2, 2, 2, 2}, {0.1, 0.1 + 1e-16, 0.1}, {0, 0, 0}}) {
    const GpLossScale scale(losses);
    EXPECT_NEAR(scale.ValueOf(losses[0]), 0, 1e-12);
    EXPECT_TRUE(std::isfinite(scale.ValueOf(losses[0] + 1)));
  }
  const std::vector<double> huge = {-std::numeric_limits<double>::max(), 1,
                                    std::numeric_limits<double>::max()};
  const GpLossScale scale(huge);
  for (const double loss : huge) EXPECT_TRUE(std::isfinite(scale.ValueOf(loss))) << loss;
}

}  // namespace
}  // namespace pleat
