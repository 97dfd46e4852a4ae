#include "common/metrics/classification_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "common/metrics/metrics.h"

namespace pleat {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsNan;

const std::vector<float> kOfTwoClasses = {0.7f, 0.3f, 0.5f, 0.5f, 0.1f, 0.9f};
const std::vector<int64_t> kLabels = {0, 1, 1};

TEST(ClassificationSums, PartsAddUpToTheWhole) {
  const std::span<const float> all(kOfTwoClasses);
  const std::span<const int64_t> labels(kLabels);
  v1::ClassificationSums parts = SumsOf(all.first(2), labels.first(1), 2);
  AddRows(all.subspan(2, 2), labels.subspan(1, 1), parts);
  AddSums(SumsOf(all.last(2), labels.last(1), 2), parts);
  EXPECT_EQ(parts.SerializeAsString(), SumsOf(all, labels, 2).SerializeAsString());
}

TEST(ClassificationSums, AgreeWithTheMetricsOfAMatrix) {
  const v1::ClassificationSums sums = SumsOf(kOfTwoClasses, kLabels, 2);
  EXPECT_EQ(RowsOf(sums), 3u);
  EXPECT_EQ(AccuracyOf(sums), Accuracy(kOfTwoClasses, kLabels, 2));
  EXPECT_EQ(ClassMetricsOf(sums).log_loss(), LogLoss(kOfTwoClasses, kLabels, 2));
}

TEST(ClassificationSums, HalfRoundsToZero) {
  const v1::ClassificationSums sums = SumsOf(kOfTwoClasses, kLabels, 2);
  EXPECT_EQ(sums.rounded_cells(), 2u);
  EXPECT_EQ(sums.rounded_hits(), 2u);
}

TEST(ClassificationSums, TakeWhatADivergedTrainingGives) {
  const std::vector<float> broken = {std::nanf(""), std::nanf(""), 0, 1};
  const v1::ClassificationSums sums = SumsOf(broken, std::vector<int64_t>{1, 1}, 2);
  EXPECT_EQ(RowsOf(sums), 2u);
  EXPECT_THAT(ClassMetricsOf(sums).log_loss(), IsNan());
}

TEST(ClassificationSums, OfNoRowsHaveNoMeans) {
  EXPECT_THAT(AccuracyOf(EmptySums(2)), IsNan());
  EXPECT_THAT(ClassMetricsOf(EmptySums(2)).log_loss(), IsNan());
}

TEST(RoundedAccuracyByClass, CountsProbabilitiesAboveAHalf) {
  EXPECT_THAT(RoundedAccuracyByClass(kOfTwoClasses, kLabels, 2),
              ElementsAre(DoubleEq(1), DoubleEq(0.5)));
  EXPECT_THAT(RoundedAccuracyByClass(kOfTwoClasses, std::vector<int64_t>{0, 0, 0}, 2),
              ElementsAre(DoubleEq(1.0 / 3), IsNan()));
}

}  // namespace
}  // namespace pleat
