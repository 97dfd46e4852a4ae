#include "worker/train/losses.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

constexpr int64_t kRows = 5;
constexpr int64_t kClasses = 4;

at::Tensor Labels() { return at::tensor({0, 3, 1, 2, 2}, at::kLong); }

// Logits of which the last row gives its label a probability below the clip.
at::Tensor Logits() {
  at::Tensor logits = at::empty({kRows, kClasses}, at::kDouble);
  for (int64_t i = 0; i < logits.numel(); ++i) {
    logits.mutable_data_ptr<double>()[i] = std::sin(1.7 * static_cast<double>(i)) * 2;
  }
  logits[kRows - 1][2] = -30;
  return logits;
}

v1::LossSpec CrossEntropy(double smoothing) {
  v1::LossSpec spec;
  spec.mutable_cross_entropy()->set_label_smoothing(smoothing);
  return spec;
}

v1::LossSpec Symmetric(double alpha, double beta) {
  v1::LossSpec spec;
  spec.mutable_symmetric_cross_entropy()->set_alpha(alpha);
  spec.mutable_symmetric_cross_entropy()->set_beta(beta);
  return spec;
}

// The formulas of losses.h written out over one-hot labels.
double ByFormula(const v1::LossSpec& spec, const at::Tensor& logits) {
  const at::Tensor labels = Labels();
  double sum = 0;
  for (int64_t row = 0; row < kRows; ++row) {
    double total = 0;
    for (int64_t k = 0; k < kClasses; ++k) total += std::exp(logits[row][k].item<double>());
    for (int64_t k = 0; k < kClasses; ++k) {
      const double y = labels[row].item<int64_t>() == k ? 1 : 0;
      const double p = std::exp(logits[row][k].item<double>()) / total;
      if (spec.has_cross_entropy()) {
        const double s = spec.cross_entropy().label_smoothing();
        sum -= ((1 - s) * y + s / kClasses) * std::log(p);
      } else {
        const v1::SymmetricCrossEntropySpec& symmetric = spec.symmetric_cross_entropy();
        sum -= symmetric.alpha() * y * std::log(std::max(p, 1e-7));
        sum -= symmetric.beta() * p * std::log(std::max(y, 1e-7));
      }
    }
  }
  return sum / kRows;
}

class LossForms : public testing::TestWithParam<v1::LossSpec> {};

TEST_P(LossForms, HasTheValueOfItsFormula) {
  EXPECT_NEAR(Loss(GetParam(), Logits(), Labels(), kRows).item<double>(),
              ByFormula(GetParam(), Logits()), 1e-12);
}

TEST_P(LossForms, HasTheGradientOfItsFormula) {
  at::Tensor logits = Logits().requires_grad_(true);
  Loss(GetParam(), logits, Labels(), kRows).backward();
  constexpr double kStep = 1e-6;
  for (int64_t row = 0; row < kRows; ++row) {
    for (int64_t k = 0; k < kClasses; ++k) {
      at::Tensor above = Logits();
      at::Tensor below = Logits();
      above[row][k] += kStep;
      below[row][k] -= kStep;
      const double slope =
          (ByFormula(GetParam(), above) - ByFormula(GetParam(), below)) / (2 * kStep);
      EXPECT_NEAR(logits.grad()[row][k].item<double>(), slope, 1e-8) << row << "," << k;
    }
  }
}

TEST_P(LossForms, PartsOfABatchSumToTheWhole) {
  const double whole = Loss(GetParam(), Logits(), Labels(), kRows).item<double>();
  double sum = 0;
  for (const auto& [begin, count] : {std::pair{0, 3}, std::pair{3, 2}}) {
    sum +=
        Loss(GetParam(), Logits().narrow(0, begin, count), Labels().narrow(0, begin, count), kRows)
            .item<double>();
  }
  EXPECT_NEAR(sum, whole, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(, LossForms,
                         testing::Values(CrossEntropy(0), CrossEntropy(0.1), Symmetric(1, 1),
                                         Symmetric(0.1, 3)));

TEST(SymmetricCrossEntropy, ClippedLabelGivesNoForwardGradient) {
  at::Tensor logits = at::tensor({-40.0, 0.0}, at::kDouble).view({1, 2}).requires_grad_(true);
  Loss(Symmetric(1, 0), logits, at::tensor({0}, at::kLong), 1).backward();
  EXPECT_TRUE(at::equal(logits.grad(), at::zeros_like(logits)));
}

}  // namespace
}  // namespace pleat
