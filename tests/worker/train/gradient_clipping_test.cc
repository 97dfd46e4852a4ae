#include "worker/train/gradient_clipping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "worker/train/threads.h"

namespace pleat {
namespace {

// More than three pieces, and no multiple of any vector width.
at::Tensor Gradient(at::ScalarType dtype) {
  return at::arange(100'003, at::kDouble).mul(0.37).sin().to(dtype);
}

TEST(GradientNorm, IsTheEuclideanOne) {
  const at::Tensor gradient = Gradient(at::kDouble);
  const double expected = std::sqrt(gradient.square().sum().item<double>());
  EXPECT_NEAR(GradientNorm(gradient), expected, 1e-10);
  EXPECT_NEAR(GradientNorm(Gradient(at::kFloat)), expected, 1e-4);
  EXPECT_EQ(GradientNorm(at::tensor({3.0f, -4.0f})), 5);
}

TEST(GradientNorm, DoesNotOverflowInFloat) {
  EXPECT_EQ(GradientNorm(at::tensor({3e30f, 4e30f})), GradientNorm(at::tensor({4e30f, 3e30f})));
  EXPECT_NEAR(GradientNorm(at::tensor({3e30f, 4e30f})) / 5e30, 1, 1e-6);
}

TEST(GradientNorm, DoesNotDependOnThreads) {
  SetThreads(1);
  const double one = GradientNorm(Gradient(at::kFloat));
  for (const int threads : {2, 3, 5}) {
    SetThreads(threads);
    EXPECT_EQ(GradientNorm(Gradient(at::kFloat)), one) << threads;
  }
  SetThreads(1);
}

TEST(ClipGradientNorm, ScalesDownToTheLimit) {
  at::Tensor gradient = Gradient(at::kDouble);
  const double norm = GradientNorm(gradient);
  ClipGradientNorm(gradient, norm / 4);
  EXPECT_NEAR(GradientNorm(gradient), norm / 4, 1e-10);
  EXPECT_LT((gradient * 4 - Gradient(at::kDouble)).abs().max().item<double>(), 1e-14);
}

TEST(ClipGradientNorm, LeavesSmallerOnesAsTheyAre) {
  at::Tensor gradient = Gradient(at::kFloat);
  ClipGradientNorm(gradient, GradientNorm(gradient));
  EXPECT_TRUE(at::equal(gradient, Gradient(at::kFloat)));
}

TEST(ClipGradientNorm, NeverHidesThatAGradientIsNotFinite) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    at::Tensor gradient = Gradient(at::kFloat);
    gradient[7] = bad;
    ClipGradientNorm(gradient, 1);
    EXPECT_FALSE(gradient.isfinite().all().item<bool>());
  }
}

}  // namespace
}  // namespace pleat
