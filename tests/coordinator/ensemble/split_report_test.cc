#include "coordinator/ensemble/split_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Five rows of a data set of ten; rows 4 and 9 are predicted wrong.
LabelledPredictions Sample() {
  return {.rows = {1, 2, 4, 7, 9},
          .labels = {0, 1, 1, 1, 0},
          .probabilities = {0.75f, 0.25f, 0, 1, 0.625f, 0.375f, 0.25f, 0.75f, 0.125f, 0.875f},
          .groups = {30, -2, 30, -2, -2}};
}

const std::vector<std::string> kNames = {"a", "b, c"};

TEST(SplitReport, ClassesWithoutNamesAreNumbered) {
  v1::DatasetInfo dataset;
  dataset.set_classes(2);
  EXPECT_THAT(ClassNames(dataset), ElementsAre("0", "1"));
  dataset.add_class_names("a");
  dataset.add_class_names("b, c");
  EXPECT_THAT(ClassNames(dataset), ElementsAre("a", "b, c"));
}

TEST(SplitReport, ConfusionMatrixHasALinePerLabel) {
  EXPECT_EQ(ConfusionCsv(Sample(), kNames), "label,a,\"b, c\"\na,1,1\n\"b, c\",1,2\n");
}

TEST(SplitReport, TextIsScikitLearns) {
  EXPECT_THAT(ReportText(Sample(), kNames),
              HasSubstr("    accuracy                         0.6000         5\n"));
}

TEST(SplitReport, CalibrationHasALinePerBin) {
  const std::string csv = CalibrationCsv(Sample(), 2);
  EXPECT_THAT(csv, HasSubstr("from,to,rows,accuracy,confidence\n0,0.06666666666666667,0,,\n"));
  EXPECT_THAT(csv, HasSubstr(",0.6666666666666666,1,0,0.625\n"));
  EXPECT_THAT(csv, HasSubstr(",0.8,2,1,0.75\n"));
}

TEST(SplitReport, GroupsAreInOrder) {
  EXPECT_THAT(GroupsCsv(Sample(), 2),
              testing::MatchesRegex("group,rows,accuracy,log_loss\n-2,3,0.666[0-9]*,0.[0-9]*\n"
                                    "30,2,0.5,0.[0-9]*\n"));
}

TEST(SplitReport, OriginsAreCalledByTheirNames) {
  LabelledPredictions sample = Sample();
  sample.origins = {2, 0, 2, 0, 0};
  const std::vector<std::string> names = {"train", "unused", "more, of it"};
  EXPECT_THAT(OriginsCsv(sample, 2, names),
              testing::MatchesRegex("origin,rows,accuracy,log_loss\ntrain,3,0.666[0-9]*,0.[0-9]*\n"
                                    "\"more, of it\",2,0.5,0.[0-9]*\n"));
}

TEST(SplitReport, MistakesBeginWithTheMostConfident) {
  EXPECT_EQ(MistakesCsv(Sample(), 2, 10),
            "row,label,predicted,confidence,label_probability\n"
            "9,0,1,0.875,0.125\n"
            "4,1,0,0.625,0.375\n");
  EXPECT_EQ(MistakesCsv(Sample(), 2, 1),
            "row,label,predicted,confidence,label_probability\n9,0,1,0.875,0.125\n");
}

}  // namespace
}  // namespace pleat
