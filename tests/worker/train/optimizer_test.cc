#include "worker/train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

// Not a multiple of any vector width.
constexpr int64_t kSize = 1003;

at::Tensor Wave(double frequency, double phase) {
  return at::arange(kSize, at::kDouble).mul(frequency).add(phase).sin();
}

v1::OptimizerSpec RmsPropSpec() {
  v1::OptimizerSpec spec;
  spec.mutable_rmsprop()->set_lr(1e-2);
  spec.mutable_rmsprop()->set_rho(0.9);
  spec.mutable_rmsprop()->set_epsilon(1e-7);
  return spec;
}

v1::OptimizerSpec SgdSpec(double momentum, bool nesterov) {
  v1::OptimizerSpec spec;
  spec.mutable_sgd()->set_lr(1e-2);
  spec.mutable_sgd()->set_momentum(momentum);
  spec.mutable_sgd()->set_nesterov(nesterov);
  spec.mutable_sgd()->set_weight_decay(0.01);
  return spec;
}

void SetAdam(v1::AdamSpec& adam) {
  adam.set_lr(1e-2);
  adam.set_beta1(0.9);
  adam.set_beta2(0.999);
  adam.set_epsilon(1e-8);
  adam.set_weight_decay(0.01);
}

v1::OptimizerSpec AdamSpec() {
  v1::OptimizerSpec spec;
  SetAdam(*spec.mutable_adam());
  return spec;
}

// Without decay, and with an epsilon that shows.
v1::OptimizerSpec PlainAdamSpec() {
  v1::OptimizerSpec spec = AdamSpec();
  spec.mutable_adam()->set_beta1(0.8);
  spec.mutable_adam()->set_beta2(0.95);
  spec.mutable_adam()->set_epsilon(1e-3);
  spec.mutable_adam()->set_weight_decay(0);
  return spec;
}

v1::OptimizerSpec PlainSgdSpec() {
  v1::OptimizerSpec spec;
  spec.mutable_sgd()->set_lr(1e-2);
  return spec;
}

v1::OptimizerSpec AdamWSpec() {
  v1::OptimizerSpec spec;
  SetAdam(*spec.mutable_adam_w());
  return spec;
}

// Weights after `steps` steps on gradients that change with the step.
at::Tensor Train(const v1::OptimizerSpec& spec, at::ScalarType dtype, int steps) {
  at::Tensor values = Wave(0.37, 0.5).to(dtype);
  const auto optimizer = MakeOptimizer(spec, values);
  for (int step = 1; step <= steps; ++step) {
    optimizer->Step(values, Wave(0.11, step).to(dtype), BaseLearningRate(spec), step);
  }
  return values;
}

TEST(RmsProp, FiveStepsFollowKerasFormula) {
  const at::Tensor start = Wave(0.37, 0.5);
  const at::Tensor trained = Train(RmsPropSpec(), at::kDouble, 5);
  for (int64_t i = 0; i < kSize; ++i) {
    double w = start[i].item<double>();
    double v = 0;
    for (int step = 1; step <= 5; ++step) {
      const double g = std::sin(0.11 * static_cast<double>(i) + step);
      v = 0.9 * v + (1 - 0.9) * g * g;
      w -= 1e-2 * g / (std::sqrt(v) + 1e-7);
    }
    ASSERT_NEAR(trained[i].item<double>(), w, 1e-12) << i;
  }
}

// The fixture holds what torch.optim makes of some elements in five such steps.
void ExpectLikePyTorch(const v1::OptimizerSpec& spec, const std::string& name) {
  const nlohmann::json fixture = ReadFixture("optimizers.json");
  const at::Tensor trained = Train(spec, at::kDouble, 5);
  const at::Tensor trained_float = Train(spec, at::kFloat, 5);
  int64_t place = 0;
  for (const double expected : fixture[name]) {
    EXPECT_NEAR(trained[place].item<double>(), expected, 1e-13) << place;
    EXPECT_NEAR(trained_float[place].item<double>(), expected, 2e-6) << place;
    place += fixture["stride"].get<int64_t>();
  }
  EXPECT_GE(place, kSize);
}

TEST(Sgd, WithoutMomentumEqualsPyTorch) { ExpectLikePyTorch(PlainSgdSpec(), "plain_sgd"); }
TEST(Sgd, EqualsPyTorch) { ExpectLikePyTorch(SgdSpec(0.9, false), "sgd"); }
TEST(Sgd, WithNesterovEqualsPyTorch) { ExpectLikePyTorch(SgdSpec(0.9, true), "nesterov"); }
TEST(Adam, EqualsPyTorch) { ExpectLikePyTorch(AdamSpec(), "adam"); }
TEST(Adam, WithoutDecayEqualsPyTorch) { ExpectLikePyTorch(PlainAdamSpec(), "plain_adam"); }
TEST(AdamW, EqualsPyTorch) { ExpectLikePyTorch(AdamWSpec(), "adam_w"); }

class AllOptimizers : public testing::TestWithParam<v1::OptimizerSpec> {};

// The plain loop that the vector clones must equal to the last bit: one element at a time, so that
// no clone can use its vectors.
TEST_P(AllOptimizers, VectorsChangeNoBit) {
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const at::Tensor whole = Train(GetParam(), dtype, 3);
    at::Tensor values = Wave(0.37, 0.5).to(dtype);
    for (int64_t i = 0; i < kSize; ++i) {
      at::Tensor one = values.narrow(0, i, 1);
      const auto optimizer = MakeOptimizer(GetParam(), one);
      for (int step = 1; step <= 3; ++step) {
        optimizer->Step(one, Wave(0.11, step).to(dtype).narrow(0, i, 1),
                        BaseLearningRate(GetParam()), step);
      }
    }
    EXPECT_TRUE(at::equal(whole, values));
  }
}

TEST_P(AllOptimizers, GoOnFromCopiedBuffers) {
  const at::Tensor whole = Train(GetParam(), at::kFloat, 6);
  at::Tensor values = Wave(0.37, 0.5).to(at::kFloat);
  auto optimizer = MakeOptimizer(GetParam(), values);
  for (int step = 1; step <= 6; ++step) {
    if (step == 4) {
      auto successor = MakeOptimizer(GetParam(), values);
      for (size_t b = 0; b < optimizer->buffers().size(); ++b) {
        ASSERT_EQ(successor->buffers()[b].name, optimizer->buffers()[b].name);
        successor->buffers()[b].values.copy_(optimizer->buffers()[b].values);
      }
      optimizer = std::move(successor);
    }
    optimizer->Step(values, Wave(0.11, step).to(at::kFloat), BaseLearningRate(GetParam()), step);
  }
  EXPECT_TRUE(at::equal(whole, values));
}

TEST_P(AllOptimizers, GapsBetweenParametersStayZero) {
  at::Tensor values = at::zeros({kSize}, at::kFloat);
  const auto optimizer = MakeOptimizer(GetParam(), values);
  optimizer->Step(values, at::zeros({kSize}, at::kFloat), 1, 1);
  EXPECT_TRUE(at::equal(values, at::zeros_like(values)));
}

INSTANTIATE_TEST_SUITE_P(, AllOptimizers,
                         testing::Values(RmsPropSpec(), SgdSpec(0.9, true), SgdSpec(0, false),
                                         AdamSpec(), AdamWSpec()));

}  // namespace
}  // namespace pleat
