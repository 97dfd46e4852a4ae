// Metrics against scikit-learn's and Keras's.
#include <gtest/gtest.h>

#include <cmath>

#include "common/metrics/classification_report.h"
#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

struct Case {
  explicit Case(const nlohmann::json& json)
      : expected(json),
        names(json["class_names"]),
        probabilities(json["probabilities"]),
        labels(json["labels"]),
        classes(static_cast<int64_t>(names.size())),
        sums(SumsOf(probabilities, labels, classes)) {}

  nlohmann::json expected;
  std::vector<std::string> names;
  std::vector<float> probabilities;
  std::vector<int64_t> labels;
  int64_t classes;
  v1::ClassificationSums sums;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const nlohmann::json fixture = ReadFixture("metrics.json");
  for (const nlohmann::json& json : fixture["cases"]) cases.emplace_back(json);
  return cases;
}

TEST(MetricsParity, SumsGiveTheMetrics) {
  for (const Case& c : Cases()) {
    const v1::ClassMetrics metrics = ClassMetricsOf(c.sums);
    EXPECT_DOUBLE_EQ(AccuracyOf(c.sums), c.expected["accuracy"]);
    EXPECT_NEAR(metrics.log_loss(), c.expected["log_loss"], 1e-12);
    EXPECT_NEAR(metrics.macro_f1(), c.expected["macro_f1"], 1e-12);
    EXPECT_NEAR(metrics.macro_precision(), c.expected["macro_precision"], 1e-12);
    EXPECT_NEAR(metrics.macro_recall(), c.expected["macro_recall"], 1e-12);
    EXPECT_NEAR(metrics.cell_precision(), c.expected["cell_precision"], 1e-12);
    EXPECT_NEAR(metrics.cell_recall(), c.expected["cell_recall"], 1e-12);
    EXPECT_NEAR(metrics.ece(), c.expected["ece"], 1e-12);
  }
}

TEST(MetricsParity, ClassesHaveTheirScores) {
  for (const Case& c : Cases()) {
    const std::vector<ClassScore> scores = ClassScoresOf(c.sums.classes());
    for (int64_t i = 0; i < c.classes; ++i) {
      EXPECT_DOUBLE_EQ(scores[i].precision, c.expected["precision"][i]);
      EXPECT_DOUBLE_EQ(scores[i].recall, c.expected["recall"][i]);
      EXPECT_DOUBLE_EQ(scores[i].f1, c.expected["f1"][i]);
    }
  }
}

TEST(MetricsParity, ClassesHaveTheNotebooksAccuracy) {
  for (const Case& c : Cases()) {
    const std::vector<double> shares = RoundedAccuracyByClass(c.probabilities, c.labels, c.classes);
    const nlohmann::json& expected = c.expected["valid_accuracy"];
    ASSERT_EQ(shares.size(), expected.size());
    for (size_t i = 0; i < shares.size(); ++i) {
      if (expected[i].is_null()) {
        EXPECT_TRUE(std::isnan(shares[i])) << "class " << i << " has no rows";
      } else {
        EXPECT_DOUBLE_EQ(shares[i], expected[i]);
      }
    }
  }
}

TEST(MetricsParity, ConfusionMatrixIsTheSame) {
  for (const Case& c : Cases()) {
    EXPECT_EQ(ConfusionMatrix(c.probabilities, c.labels, c.classes),
              c.expected["confusion"].get<std::vector<int64_t>>());
  }
}

TEST(MetricsParity, ReportIsTheSameText) {
  for (const Case& c : Cases()) {
    for (const int digits : {2, 4}) {
      EXPECT_EQ(ClassificationReport(c.sums.classes(), c.names, digits),
                c.expected["reports"][std::to_string(digits)].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace pleat
