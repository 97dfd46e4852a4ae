#include "coordinator/plan/synthetic_objective.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/coordinator/plan/plan_samples.h"

namespace pleat {
namespace {

std::vector<v1::ParameterValue> PointWith(const std::string& lr, const std::string& dropout) {
  std::vector<v1::ParameterValue> point(2);
  point[0].set_path("training.optimizer.adam_w.lr");
  point[0].set_value(lr);
  point[1].set_path("model.se_cnn.dropout");
  point[1].set_value(dropout);
  return point;
}

SyntheticObjective ObjectiveOf(uint64_t seed) {
  return *SyntheticObjective::Make(PlanSample("random", 10), seed);
}

TEST(SmoothFunctionTest, HasMeanZeroAndVarianceOneOverSeeds) {
  constexpr int kSeeds = 2'000;
  double sum = 0, squares = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const double value = SmoothFunction(static_cast<uint64_t>(seed), 2).At({0.3, 0.7});
    sum += value / kSeeds;
    squares += value * value / kSeeds;
  }
  // Standard errors: 0.022 and 0.032.
  EXPECT_NEAR(sum, 0, 0.09);
  EXPECT_NEAR(squares, 1, 0.13);
}

TEST(SmoothFunctionTest, ChangesLittleOverShortWays) {
  const SmoothFunction function(5, 3);
  const double here = function.At({0.2, 0.4, 0.6});
  EXPECT_NEAR(function.At({0.2001, 0.4, 0.6}), here, 0.01);
  EXPECT_NE(function.At({0.7, 0.4, 0.6}), here);
}

TEST(SyntheticObjectiveTest, IsAFunctionOfSeedPointFoldAndEpoch) {
  const auto point = PointWith("0.001", "0.2");
  const SyntheticCurve curve = ObjectiveOf(1).CurveOf(point);
  EXPECT_EQ(curve.LossAt(2, 4), ObjectiveOf(1).CurveOf(point).LossAt(2, 4));
  EXPECT_NE(curve.LossAt(2, 4), ObjectiveOf(2).CurveOf(point).LossAt(2, 4));
  EXPECT_NE(curve.LossAt(2, 4), curve.LossAt(1, 4));
  EXPECT_NE(curve.LossAt(2, 4), curve.LossAt(2, 5));
  EXPECT_NE(curve.LossAt(2, 4), ObjectiveOf(1).CurveOf(PointWith("0.05", "0.2")).LossAt(2, 4));
}

TEST(SyntheticObjectiveTest, FoldsAndNoiseKeepToTheCurve) {
  const SyntheticCurve curve = ObjectiveOf(3).CurveOf(PointWith("0.01", "0.1"));
  double sum = 0;
  for (uint32_t fold = 0; fold < 200; ++fold) {
    const double deviation = curve.LossAt(fold, 6) - curve.SmoothLossAt(6);
    // Six standard deviations of fold, interaction and noise.
    EXPECT_LT(std::abs(deviation), 0.055);
    sum += deviation / 200;
  }
  EXPECT_NEAR(sum, 0, 0.003);
}

TEST(SyntheticObjectiveTest, CurvesFallTowardsTheirEnd) {
  const SyntheticCurve curve = ObjectiveOf(1).CurveOf(PointWith("0.01", "0.1"));
  for (uint32_t epoch = 1; epoch < 10; ++epoch) {
    EXPECT_LT(curve.SmoothLossAt(epoch + 1), curve.SmoothLossAt(epoch));
  }
  EXPECT_NEAR(curve.SmoothLossAt(1'000), curve.end, 1e-6);
  EXPECT_GE(curve.end, 0.02);
  EXPECT_LE(curve.end, 0.35);
}

TEST(SyntheticObjectiveTest, SharesFollowTheLosses) {
  const SyntheticObjective objective = ObjectiveOf(4);
  double best = 1, share_of_best = 1, worst = 0, share_of_worst = 0;
  for (int i = 0; i <= 60; ++i) {
    const double lr = 1e-4 * std::pow(1e3, i / 60.0);
    const SyntheticCurve curve = objective.CurveOf(PointWith(std::to_string(lr), "0.25"));
    const double loss = curve.SmoothLossAt(6), share = objective.BetterShare(curve);
    if (loss < best) best = loss, share_of_best = share;
    if (loss > worst) worst = loss, share_of_worst = share;
  }
  EXPECT_LT(best, worst);
  EXPECT_LT(share_of_best, share_of_worst);
  EXPECT_GE(share_of_best, 0);
  EXPECT_LE(share_of_worst, 1);
}

TEST(SyntheticObjectiveTest, OneConfigurationNeedsNoSpace) {
  v1::SweepSpec spec = PlanSample("random", 1);
  spec.mutable_search()->clear_parameters();
  const auto objective = SyntheticObjective::Make(spec, 1);
  ASSERT_TRUE(objective.ok()) << objective.status();
  EXPECT_FALSE(objective->HasParameters());
  EXPECT_GT(objective->CurveOf({}).LossAt(0, 1), 0);
}

TEST(SyntheticObjectiveTest, CategoriesHaveNoOrder) {
  v1::SweepSpec spec = PlanSample("random", 10);
  v1::ParameterSpec* kind = spec.mutable_search()->add_parameters();
  kind->set_key("training.lr_schedule");
  for (const char* value : {"constant", "cosine: {}", "linear: {}", "step: {}"}) {
    kind->mutable_values()->add_value(value);
  }
  // Neighbours on the list are as far from each other as any others: over many seeds the second is
  // between the first and the third no more often than chance would have it.
  int between = 0;
  constexpr int kSeeds = 300;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto objective = SyntheticObjective::Make(spec, seed);
    ASSERT_TRUE(objective.ok()) << objective.status();
    std::vector<double> ends;
    for (int i = 0; i < 3; ++i) {
      auto point = PointWith("0.001", "0.2");
      point.emplace_back().set_path("training.lr_schedule");
      point.back().set_value(kind->values().value(i));
      ends.push_back(objective->CurveOf(point).end);
    }
    between += (ends[0] < ends[1]) == (ends[1] < ends[2]) ? 1 : 0;
  }
  EXPECT_NEAR(between, kSeeds / 3, 45);
}

}  // namespace
}  // namespace pleat
