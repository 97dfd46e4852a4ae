#include "coordinator/search/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/base/philox.h"
#include "coordinator/search/gp_acquisition.h"
#include "coordinator/search/gp_fit.h"

namespace pleat {
namespace {

// A number and a category, as the figures of numpy in these tests.
GpKernel SmallKernel() {
  return {.is_category = {false, true}, .weights = Eigen::Vector2d(4, 0.7), .variance = 1.3};
}

GpObservations SmallObservations() {
  GpObservations seen;
  seen.points.resize(4, 2);
  seen.points << 0.1, 0, 0.4, 1, 0.8, 1, 0.9, 0;
  seen.values = Eigen::Vector4d(0.5, -1, 0.3, 1.2);
  seen.noise = Eigen::Vector4d(1e-2, 2e-2, 0, 0.1);
  return seen;
}

GaussianProcess SmallProcess() {
  auto process = GaussianProcess::Make(SmallKernel(), SmallObservations());
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

TEST(GaussianProcess, PredictsAsNumpyDoes) {
  const GaussianProcess process = SmallProcess();
  Eigen::MatrixXd points(3, 2);
  points << 0.3, 1, 0.7, 0, 0.1, 2;
  const GpPrediction prediction = process.AtAll(points);
  const Eigen::Vector3d means(-0.994514998767856, 0.819285597410067, -0.09050667027705);
  const Eigen::Vector3d variances(0.073712769886496, 0.27051692164848, 0.73253847325003);
  EXPECT_LT((prediction.means - means).norm(), 1e-12);
  EXPECT_LT((prediction.variances - variances).norm(), 1e-12);
  const Eigen::Vector4d seen(0.489649108700764, -0.957926559046167, 0.3, 1.112185325295281);
  EXPECT_LT((process.MeansAtObservations() - seen).norm(), 1e-12);
  for (int i = 0; i < 3; ++i) {
    const GpPrediction one = process.At(points.row(i).transpose());
    EXPECT_NEAR(one.means[0], means[i], 1e-12);
    EXPECT_NEAR(one.variances[0], variances[i], 1e-12);
  }
}

TEST(GaussianProcess, GivesTheSlopesOfPredictionsAndOfTheAcquisition) {
  const GaussianProcess process = SmallProcess();
  const GpAcquisition acquisition(process);
  constexpr double kStep = 1e-6;
  const Eigen::Vector2d at(0.55, 1), before(0.55 - kStep, 1), after(0.55 + kStep, 1);
  GpSlopes slopes;
  Eigen::VectorXd gradient;
  process.At(at, &slopes);
  acquisition.At(at, &gradient);
  const auto difference = [&](auto function) {
    return (function(after) - function(before)) / (2 * kStep);
  };
  const auto mean = [&](const auto& point) { return process.At(point).means[0]; };
  const auto variance = [&](const auto& point) { return process.At(point).variances[0]; };
  EXPECT_NEAR(slopes.mean[0], difference(mean), 1e-7);
  EXPECT_NEAR(slopes.variance[0], difference(variance), 1e-7);
  EXPECT_NEAR(gradient[0], difference([&](const auto& x) { return acquisition.At(x); }), 1e-6);
  EXPECT_EQ(gradient[1], 0);
  EXPECT_NEAR(acquisition.AtAll(at.transpose())[0], acquisition.At(at), 1e-12);
}

TEST(GaussianProcess, HasTheMeanOfTwoValuesOfOnePoint) {
  GpObservations seen;
  seen.points = Eigen::MatrixXd::Constant(2, 1, 0.3);
  seen.values = Eigen::Vector2d(1, 3);
  seen.noise = Eigen::Vector2d::Constant(1e-20);
  const GpKernel kernel = {{false}, Eigen::VectorXd::Constant(1, 2.0), 1};
  const auto process = GaussianProcess::Make(kernel, seen);
  ASSERT_TRUE(process.ok()) << process.status();
  const GpPrediction prediction = process->At(Eigen::VectorXd::Constant(1, 0.3));
  EXPECT_NEAR(prediction.means[0], 2, 1e-5);
  EXPECT_GT(prediction.variances[0], 0);
  EXPECT_LT(prediction.variances[0], 1e-6);
}

TEST(GaussianProcess, RefusesWhatIsNoNumber) {
  GpObservations seen = SmallObservations();
  seen.values[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(GaussianProcess::Make(SmallKernel(), seen).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FitGaussianProcess({false, true}, seen.points, seen.values, seen.noise).status().code(),
            absl::StatusCode::kInvalidArgument);
  seen = SmallObservations();
  seen.noise[0] = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(GaussianProcess::Make(SmallKernel(), seen).ok());
}

// Half of values^T covariances^-1 values.
constexpr double kHalfForm = 1.95870159509134;

TEST(GpEvidence, IsTheLikelihoodAndHasItsGradient) {
  const GpObservations seen = SmallObservations();
  const GpEvidence evidence({false, true}, seen.points, seen.values, seen.noise);
  Eigen::Vector4d at(std::log(4), std::log(0.7), std::log(1.3), -12);
  Eigen::VectorXd gradient, ignored;
  const double value = evidence.At(at, &gradient);
  for (int i = 0; i < 4; ++i) {
    constexpr double kStep = 1e-5;
    Eigen::Vector4d before = at, after = at;
    before[i] -= kStep;
    after[i] += kStep;
    const double slope =
        (evidence.At(after, &ignored) - evidence.At(before, &ignored)) / (2 * kStep);
    EXPECT_NEAR(gradient[i], slope, 1e-6 * (1 + std::abs(slope))) << i;
  }
  // Of zeros the evidence lacks the quadratic form alone, which numpy gives.
  const GpEvidence of_zeros({false, true}, seen.points, Eigen::Vector4d::Zero(), seen.noise);
  EXPECT_NEAR(of_zeros.At(at, &ignored) - value, kHalfForm, 1e-9);
}

// A wave with noise of deviation `noise`, at 60 points.
GpObservations Wave(double noise) {
  GpObservations seen = {Eigen::MatrixXd(60, 2), Eigen::VectorXd(60), Eigen::VectorXd::Zero(60)};
  for (uint32_t i = 0; i < 60; ++i) {
    RandomStream random(5, RandomPurpose::kSearch, i);
    seen.points(i, 0) = random.NextDouble();
    seen.points(i, 1) = random.NextDouble();
    seen.values[i] = 1.4 * std::sin(9 * seen.points(i, 0)) + noise * random.NextNormal();
  }
  return seen;
}

GpParameters Fitted(const GpObservations& seen) {
  const auto fitted = FitGaussianProcess({false, false}, seen.points, seen.values, seen.noise);
  EXPECT_TRUE(fitted.ok()) << fitted.status();
  return *fitted;
}

TEST(GpFit, FindsMuchNoiseAndLittle) {
  EXPECT_NEAR(std::sqrt(Fitted(Wave(0.5)).noise), 0.5, 0.15);
  EXPECT_NEAR(std::sqrt(Fitted(Wave(0.05)).noise), 0.05, 0.02);
  EXPECT_LT(std::sqrt(Fitted(Wave(0)).noise), 0.01);
}

TEST(GpFit, LeavesToTheFitWhatIsNotKnownOfTheNoise) {
  GpObservations seen = Wave(0.5);
  seen.noise.setConstant(0.25);
  EXPECT_LT(std::sqrt(Fitted(seen).noise), 0.25);
}

TEST(GpFit, FindsTheFeatureThatMatters) {
  const GpParameters fitted = Fitted(Wave(0.1));
  EXPECT_GT(fitted.kernel.weights[0], 20 * fitted.kernel.weights[1]);
}

TEST(GpFit, TakesOnePointAndEqualValues) {
  const auto one = FitGaussianProcess({false}, Eigen::MatrixXd::Constant(1, 1, 0.5),
                                      Eigen::VectorXd::Zero(1), Eigen::VectorXd::Zero(1));
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_TRUE(std::isfinite(one->noise) && std::isfinite(one->kernel.variance));
  const auto equal = FitGaussianProcess({false}, Eigen::MatrixXd::Constant(20, 1, 0.5),
                                        Eigen::VectorXd::Zero(20), Eigen::VectorXd::Zero(20));
  ASSERT_TRUE(equal.ok()) << equal.status();
  EXPECT_TRUE(std::isfinite(equal->noise) && equal->kernel.weights.allFinite());
}

}  // namespace
}  // namespace pleat
