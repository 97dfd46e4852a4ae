#include "worker/inspect/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/inspect/sample_inspection.h"

namespace pleat {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Inspection CleanInspection() {
  Inspection inspection = SampleInspection();
  inspection.duplicates = {.rows = {{0, 0}, {0, 0}}};
  return inspection;
}

TEST(Findings, AreNoneIfNothingStandsOut) { EXPECT_THAT(FindingsOf(CleanInspection()), IsEmpty()); }

TEST(Findings, TellOfRowsInTwoSplits) {
  EXPECT_THAT(FindingsOf(SampleInspection()), ElementsAre("1 row of test is also in train"));
}

TEST(Findings, TellOfConflictsFirst) {
  Inspection inspection = SampleInspection();
  inspection.duplicates.sets[0].is_conflict = true;
  inspection.duplicates.rows[0][0] = 1200;
  EXPECT_THAT(
      FindingsOf(inspection),
      ElementsAre("1 image stands in rows of different classes", "1 row of test is also in train",
                  "1,200 rows of train repeat the image of an earlier one"));
}

TEST(Findings, TellOfClassesWithoutOrWithFewRows) {
  Inspection inspection = CleanInspection();
  inspection.splits[0].class_rows = {0, 30};
  EXPECT_THAT(FindingsOf(inspection), ElementsAre("train has no rows of class cat"));
  inspection.splits[0].class_rows = {2, 28};
  EXPECT_THAT(FindingsOf(inspection),
              ElementsAre("classes of train are uneven: from 2 rows to 28"));
}

TEST(Findings, TellOfPixelsThatDoNotGoWithTheScale) {
  Inspection inspection = CleanInspection();
  inspection.scale = 16;
  EXPECT_THAT(FindingsOf(inspection),
              Contains("pixels of train reach from 0 to 250, but data.scale is 16: they become "
                       "0 to 15.6"));
  inspection.scale = 255;
  inspection.splits[0].largest = 16;
  inspection.splits[1].largest = 0;
  EXPECT_THAT(FindingsOf(inspection),
              ElementsAre("pixels of train reach from 0 to 16, but data.scale is 255: they become "
                          "0 to 0.0627",
                          "every pixel of test is 0"));
  inspection.scale_matters = false;
  EXPECT_THAT(FindingsOf(inspection), ElementsAre("every pixel of test is 0"));
}

}  // namespace
}  // namespace pleat
