#include "coordinator/search/lbfgs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace pleat {
namespace {

TEST(Lbfgs, FindsTheBottomOfRosenbrocksValley) {
  const auto valley = [](const Eigen::VectorXd& x, Eigen::VectorXd* gradient) {
    const double across = x[1] - x[0] * x[0];
    gradient->resize(2);
    *gradient << -400 * x[0] * across - 2 * (1 - x[0]), 200 * across;
    return 100 * across * across + (1 - x[0]) * (1 - x[0]);
  };
  const Minimum found = MinimizeLbfgs(valley, Eigen::Vector2d(-1.2, 1), 100);
  EXPECT_NEAR(found.point[0], 1, 1e-4);
  EXPECT_NEAR(found.point[1], 1, 1e-4);
  EXPECT_LT(found.value, 1e-9);
}

TEST(Lbfgs, TurnsBackWhereTheFunctionIsNoNumber) {
  // Defined for x > 0 only, lowest at 1 / 2.
  const auto edge = [](const Eigen::VectorXd& x, Eigen::VectorXd* gradient) {
    gradient->resize(1);
    (*gradient)[0] = 2 - 1 / x[0];
    return 2 * x[0] - std::log(x[0]);
  };
  const Minimum found = MinimizeLbfgs(edge, Eigen::VectorXd::Constant(1, 5.0), 100);
  EXPECT_NEAR(found.point[0], 0.5, 1e-4);
  const Minimum outside = MinimizeLbfgs(edge, Eigen::VectorXd::Constant(1, -1.0), 100);
  EXPECT_EQ(outside.point[0], -1);
}

TEST(Lbfgs, StaysWhereThereIsNothingToMove) {
  const auto constant = [](const Eigen::VectorXd& x, Eigen::VectorXd* gradient) {
    gradient->setZero(x.size());
    return 3.0;
  };
  EXPECT_EQ(MinimizeLbfgs(constant, Eigen::VectorXd(0), 100).value, 3);
  EXPECT_EQ(MinimizeLbfgs(constant, Eigen::VectorXd::Constant(2, 7.0), 100).point[1], 7);
}

}  // namespace
}  // namespace pleat
