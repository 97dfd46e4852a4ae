#include "worker/model/layers/initializers.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

at::Tensor Filled(FlatParameters::Initializer init, std::vector<int64_t> shape) {
  at::Tensor tensor = at::zeros(shape, at::kDouble);
  init(tensor);
  return tensor;
}

TEST(Initializers, HeNormalHasVarianceTwoOverFanInAndIsTruncated) {
  const double fan_in = 50;
  const at::Tensor values = Filled(HeNormal(3, "w", 50), {200000});
  EXPECT_NEAR(values.mean().item<double>(), 0, 2e-3);
  EXPECT_NEAR(values.var().item<double>(), 2 / fan_in, 0.01 * 2 / fan_in);
  const double bound = 2 * std::sqrt(2 / fan_in) / 0.87962566103423978;
  EXPECT_LE(values.abs().max().item<double>(), bound);
  EXPECT_GT(values.abs().max().item<double>(), 0.99 * bound);
}

TEST(Initializers, GlorotUniformFillsItsInterval) {
  const double limit = std::sqrt(6.0 / (30 + 10));
  const at::Tensor values = Filled(GlorotUniform(3, "w", 30, 10), {100000});
  EXPECT_LE(values.abs().max().item<double>(), limit);
  EXPECT_NEAR(values.var().item<double>(), limit * limit / 3, 0.01 * limit * limit / 3);
}

TEST(Initializers, DependOnKeyAndNameAlone) {
  const at::Tensor values = Filled(HeNormal(3, "a", 8), {16});
  EXPECT_TRUE(at::equal(values, Filled(HeNormal(3, "a", 8), {16})));
  EXPECT_FALSE(at::equal(values, Filled(HeNormal(4, "a", 8), {16})));
  EXPECT_FALSE(at::equal(values, Filled(HeNormal(3, "b", 8), {16})));
}

}  // namespace
}  // namespace pleat
