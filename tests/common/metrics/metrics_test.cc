#include "common/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

// Three rows of three classes; row 2 is a tie.
const std::vector<float> kProbabilities = {0.7f, 0.2f, 0.1f, 0.1f, 0.0f, 0.9f, 0.4f, 0.4f, 0.2f};

TEST(SoftmaxRows, TakesHugeLogits) {
  const std::vector<float> logits = {1000.f, 1000.f, -1000.f, std::log(3.f)};
  EXPECT_THAT(SoftmaxRows(logits, 2),
              ElementsAre(FloatEq(0.5f), FloatEq(0.5f), FloatEq(0.f), FloatEq(1.f)));
  const std::vector<float> small = {0.f, std::log(3.f)};
  EXPECT_THAT(SoftmaxRows(small, 2), ElementsAre(FloatEq(0.25f), FloatEq(0.75f)));
}

TEST(Accuracy, CountsTheFirstLargestEntry) {
  EXPECT_DOUBLE_EQ(Accuracy(kProbabilities, std::vector<int64_t>{0, 2, 0}, 3), 1.0);
  EXPECT_DOUBLE_EQ(Accuracy(kProbabilities, std::vector<int64_t>{0, 1, 1}, 3), 1.0 / 3);
}

TEST(LogLoss, ClipsAtTheSmallestProbability) {
  const double expected = (-std::log(double{0.7f}) - std::log(1e-15) - std::log(double{0.2f})) / 3;
  EXPECT_DOUBLE_EQ(LogLoss(kProbabilities, std::vector<int64_t>{0, 1, 2}, 3), expected);
}

TEST(LogLoss, IsNanForANanPrediction) {
  const std::vector<float> broken = {std::nanf(""), 0.5f};
  EXPECT_TRUE(std::isnan(LogLoss(broken, std::vector<int64_t>{0}, 2)));
}

TEST(ScoreProbabilities, HoldsAllScores) {
  const std::vector<int64_t> labels = {0, 2, 1};
  const v1::Scores scores = ScoreProbabilities(kProbabilities, labels, 3);
  EXPECT_EQ(scores.rows(), 3u);
  EXPECT_DOUBLE_EQ(scores.accuracy(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(scores.log_loss(), LogLoss(kProbabilities, labels, 3));
  EXPECT_DOUBLE_EQ(scores.macro_f1(), (2.0 / 3 + 0 + 1) / 3);
  EXPECT_NEAR(scores.ece(), (0.3 + 0.1 + 0.4) / 3, 1e-7);
}

TEST(ConfusionMatrix, HasTrueClassesAsRows) {
  EXPECT_THAT(ConfusionMatrix(kProbabilities, std::vector<int64_t>{0, 1, 1}, 3),
              ElementsAre(1, 0, 0, 1, 0, 1, 0, 0, 0));
}

v1::MetricSpec Metric(const std::string& name, const std::string& goal) {
  v1::MetricSpec metric;
  metric.set_name(name);
  metric.set_goal(goal);
  return metric;
}

TEST(Metric, DirectionFollowsTheNameUnlessGiven) {
  EXPECT_TRUE(MetricIsMaximized(Metric("val_accuracy", "auto")));
  EXPECT_FALSE(MetricIsMaximized(Metric("val_loss", "auto")));
  EXPECT_FALSE(MetricIsMaximized(Metric("val_log_loss", "auto")));
  EXPECT_FALSE(MetricIsMaximized(Metric("val_ece", "auto")));
  for (const char* name : {"val_macro_f1", "val_macro_precision", "val_macro_recall"}) {
    EXPECT_TRUE(MetricIsMaximized(Metric(name, "auto"))) << name;
  }
  EXPECT_FALSE(MetricIsMaximized(Metric("val_accuracy", "minimize")));
  EXPECT_TRUE(MetricIsMaximized(Metric("val_loss", "maximize")));
}

TEST(Metric, IsReadFromTheEpoch) {
  v1::EpochMetrics epoch;
  epoch.set_val_loss(1);
  epoch.set_val_accuracy(2);
  epoch.set_val_log_loss(3);
  EXPECT_EQ(MetricValue(Metric("val_loss", "auto"), epoch), 1);
  EXPECT_EQ(MetricValue(Metric("val_accuracy", "auto"), epoch), 2);
  EXPECT_EQ(MetricValue(Metric("val_log_loss", "auto"), epoch), 3);
  epoch.mutable_validation()->set_macro_f1(4);
  epoch.mutable_validation()->set_macro_precision(5);
  epoch.mutable_validation()->set_macro_recall(6);
  epoch.mutable_validation()->set_ece(7);
  EXPECT_EQ(MetricValue(Metric("val_macro_f1", "auto"), epoch), 4);
  EXPECT_EQ(MetricValue(Metric("val_macro_precision", "auto"), epoch), 5);
  EXPECT_EQ(MetricValue(Metric("val_macro_recall", "auto"), epoch), 6);
  EXPECT_EQ(MetricValue(Metric("val_ece", "auto"), epoch), 7);
  EXPECT_TRUE(std::isnan(MetricValue(Metric("val_f1", "auto"), epoch)));
}

TEST(MeanWithStandardError, DividesByOneLess) {
  const MeanAndError result = MeanWithStandardError(std::vector<double>{1, 2, 3, 6});
  EXPECT_DOUBLE_EQ(result.mean, 3);
  EXPECT_DOUBLE_EQ(result.standard_error, std::sqrt(14.0 / 3 / 4));
}

TEST(MeanWithStandardError, OfOneValueHasNoError) {
  const MeanAndError result = MeanWithStandardError(std::vector<double>{5});
  EXPECT_EQ(result.mean, 5);
  EXPECT_EQ(result.standard_error, 0);
}

}  // namespace
}  // namespace pleat
