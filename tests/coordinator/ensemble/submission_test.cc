#include "coordinator/ensemble/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::ElementsAre;

TEST(Submission, NumbersRowsWithoutIdsAndTakesTheFirstLargestClass) {
  const std::vector<float> probabilities = {0.1, 0.9, 0.5, 0.5};
  EXPECT_EQ(SubmissionCsv(probabilities, 2, {}, {}), "id,label\n0,1\n1,0\n");
}

TEST(Submission, QuotesIdsThatNeedIt) {
  const std::vector<float> probabilities = {1, 0};
  EXPECT_EQ(SubmissionCsv(probabilities, 2, {"a,\"b\""}, {}), "id,label\n\"a,\"\"b\"\"\",0\n");
}

TEST(Submission, CallsClassesByTheirNames) {
  const std::vector<float> probabilities = {1, 0, 0, 1};
  EXPECT_EQ(SubmissionCsv(probabilities, 2, {}, {"cat", "a \"dog\""}),
            "id,label\n0,cat\n1,\"a \"\"dog\"\"\"\n");
}

TEST(Submission, ReadsIdsLineByLine) {
  EXPECT_THAT(*ParseIds("x\ny\n", 2), ElementsAre("x", "y"));
  EXPECT_TRUE(absl::IsDataLoss(ParseIds("x\ny\n", 3).status()));
}

}  // namespace
}  // namespace pleat
