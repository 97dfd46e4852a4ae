#include "coordinator/prune/curve_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "race_samples.h"

namespace pleat {
namespace {

constexpr uint32_t kEpochs = 30;

std::vector<double> PowerCurve(double end, double rise, double power) {
  std::vector<double> curve;
  for (uint32_t t = 1; t <= kEpochs; ++t) curve.push_back(end - rise * std::pow(t, -power));
  return curve;
}

CurveModel Learn(const std::vector<std::vector<double>>& curves) {
  std::vector<CurveModel::TrialCurves> trials;
  for (const std::vector<double>& curve : curves) trials.push_back({curve});
  return CurveModel(trials);
}

std::span<const double> First(const std::vector<double>& curve, size_t count) {
  return std::span(curve).first(count);
}

// To 1 % of the rise, which is what the grid of shapes leaves.
TEST(CurveModel, HitsTheEndOfAnExponentialApproach) {
  const CurveModel model =
      Learn({ExponentialCurve(0.9, 0.5, 2.5, kEpochs), ExponentialCurve(0.85, 0.6, 7, kEpochs)});
  for (const double tau : {2.0, 4.0, 6.0}) {
    const std::vector<double> curve = ExponentialCurve(0.95, 0.7, tau, kEpochs);
    EXPECT_NEAR(model.Forecast(First(curve, 12)).mean, curve.back(), 0.007) << tau;
  }
}

TEST(CurveModel, HitsTheEndOfAPowerLaw) {
  const CurveModel model = Learn({PowerCurve(0.9, 0.5, 0.6), PowerCurve(0.85, 0.6, 1.2)});
  for (const double power : {0.5, 0.8, 1.5}) {
    const std::vector<double> curve = PowerCurve(0.95, 0.7, power);
    EXPECT_NEAR(model.Forecast(First(curve, 12)).mean, curve.back(), 0.007) << power;
  }
}

// A curve that rises faster and faster, as no family does: at half of the epochs a straight line
// would bring it to half of its rise, and only the shape of a trial before says that it goes on.
TEST(CurveModel, KnowsWhatATrialBeforeWasShapedLike) {
  const auto accelerating = [](double end, double rise) {
    std::vector<double> curve;
    for (uint32_t t = 1; t <= kEpochs; ++t) {
      curve.push_back(end - rise * (1 - std::pow(static_cast<double>(t) / kEpochs, 2)));
    }
    return curve;
  };
  const std::vector<double> a = accelerating(0.9, 0.5), b = accelerating(0.901, 0.5);
  const std::vector<CurveModel::TrialCurves> trials = {{a, b}};
  const CurveModel model(trials);
  const std::vector<double> curve = accelerating(0.8, 0.3);
  const EndForecast forecast = model.Forecast(First(curve, 15));
  EXPECT_GT(forecast.mean, 0.8 - 0.4 * 0.3);
  EXPECT_LT(std::abs(forecast.mean - 0.8), 2 * std::sqrt(forecast.variance));
}

TEST(CurveModel, DoesNotExpectMoreOfARandomWalk) {
  std::vector<std::vector<double>> walks;
  for (uint32_t i = 0; i < 9; ++i) {
    RandomStream random(3, RandomPurpose::kSearch, i);
    std::vector<double>& walk = walks.emplace_back();
    double value = 0;
    for (uint32_t t = 0; t < kEpochs; ++t) walk.push_back(value += random.NextNormal());
  }
  const std::vector<double> last = walks.back();
  walks.pop_back();
  const EndForecast forecast = Learn(walks).Forecast(First(last, 20));
  EXPECT_NEAR(forecast.mean, last[19], 3);
  // Ten more steps of variance 1.
  EXPECT_GT(std::sqrt(forecast.variance), 2);
}

TEST(CurveModel, IsSureWithinItsStatedUncertainty) {
  std::vector<std::vector<double>> curves;
  for (uint32_t i = 0; i < 220; ++i) {
    RandomStream random(7, RandomPurpose::kSearch, i);
    std::vector<double>& curve = curves.emplace_back(
        ExponentialCurve(random.NextUniform(0.8, 0.95), random.NextUniform(0.2, 0.8),
                         std::exp(random.NextUniform(0.5, 2.2)), kEpochs));
    for (double& score : curve) score += 0.004 * random.NextNormal();
  }
  const CurveModel model = Learn({curves.begin(), curves.begin() + 20});
  for (const size_t length : {4u, 8u, 15u}) {
    double inside = 0;
    for (size_t i = 20; i < curves.size(); ++i) {
      const EndForecast forecast = model.Forecast(First(curves[i], length));
      const double error = std::abs(forecast.mean - curves[i].back());
      inside += error < 2 * std::sqrt(forecast.variance) ? 1 : 0;
    }
    // A normal distribution has 95.4 %.
    EXPECT_GT(inside / 200, 0.92) << length;
  }
}

TEST(CurveModel, GrowsSurerWithTheEpochs) {
  std::vector<std::vector<double>> curves;
  for (uint32_t i = 0; i < 9; ++i) {
    RandomStream random(9, RandomPurpose::kSearch, i);
    std::vector<double>& curve = curves.emplace_back(ExponentialCurve(0.9, 0.5, 2.0 + i, kEpochs));
    for (double& score : curve) score += 0.004 * random.NextNormal();
  }
  const CurveModel model = Learn({curves.begin(), curves.end() - 1});
  double before = std::numeric_limits<double>::infinity();
  for (const size_t length : {3u, 5u, 10u, 20u}) {
    const double variance = model.Forecast(First(curves.back(), length)).variance;
    EXPECT_LT(variance, before) << length;
    before = variance;
  }
}

TEST(CurveModel, LeavesOutScoresThatAreMissing) {
  const CurveModel model =
      Learn({ExponentialCurve(0.9, 0.5, 2.5, kEpochs), ExponentialCurve(0.85, 0.6, 7, kEpochs)});
  std::vector<double> curve = ExponentialCurve(0.95, 0.7, 4, kEpochs);
  curve[0] = curve[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NEAR(model.Forecast(First(curve, 14)).mean, curve.back(), 0.007);
}

// An end, a rise and a speed are not to be had from less.
TEST(CurveModel, NeedsThreeScores) {
  const CurveModel model = Learn({ExponentialCurve(0.9, 0.5, 2.5, kEpochs)});
  std::vector<double> curve = ExponentialCurve(0.95, 0.7, 4, kEpochs);
  EXPECT_TRUE(std::isinf(model.Forecast(First(curve, 2)).variance));
  EXPECT_TRUE(std::isfinite(model.Forecast(First(curve, 3)).variance));
  curve[1] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isinf(model.Forecast(First(curve, 3)).variance));
}

// How likely a new curve is thought to have a trial's shape, of trials of four noisy curves each.
double ShareOfReferences(const std::vector<double>& speeds) {
  std::vector<std::vector<double>> curves;
  const auto add = [&](double tau) {
    RandomStream random(13, RandomPurpose::kSearch, static_cast<uint32_t>(curves.size()));
    std::vector<double>& curve = curves.emplace_back(ExponentialCurve(0.95, 0.6, tau, kEpochs));
    for (double& score : curve) score += 0.004 * random.NextNormal();
  };
  constexpr size_t kFolds = 4;
  for (const double tau : speeds) {
    for (size_t fold = 0; fold < kFolds; ++fold) add(tau);
  }
  add(4);
  std::vector<CurveModel::TrialCurves> trials;
  for (size_t i = 0; i < speeds.size(); ++i) {
    const auto first = curves.begin() + static_cast<int64_t>(i * kFolds);
    trials.emplace_back(first, first + kFolds);
  }
  const EndForecast forecast = CurveModel(trials).Forecast(First(curves.back(), 5));
  return forecast.shares[static_cast<size_t>(CurveFamily::kReference)];
}

TEST(CurveModel, TrustsTheShapesOfTrialsAsFarAsTheyShareThem) {
  EXPECT_GT(ShareOfReferences({4, 4, 4, 4}), 0.6);
  EXPECT_LT(ShareOfReferences({1.5, 2.5, 4, 7}), 0.3);
}

// Three scores that fall by less than their noise.
TEST(CurveModel, ExpectsARiseLikeThatOfOtherCurves) {
  const auto expected = [](double rise) {
    std::vector<std::vector<double>> curves;
    for (uint32_t i = 0; i < 6; ++i) {
      RandomStream random(17, RandomPurpose::kSearch, i);
      std::vector<double>& curve = curves.emplace_back(ExponentialCurve(0.9, rise, 5, kEpochs));
      for (double& score : curve) score += 0.05 * random.NextNormal();
    }
    return Learn(curves).Forecast(std::vector<double>{0.45, 0.46, 0.43}).mean;
  };
  EXPECT_GT(expected(0.6), 0.55);
  EXPECT_LT(expected(-0.6), 0.35);
}

}  // namespace
}  // namespace pleat
