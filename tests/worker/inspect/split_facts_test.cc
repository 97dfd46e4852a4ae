#include "worker/inspect/split_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitFacts, CountsClassesAndGroups) {
  Dataset dataset = ShadedDataset({7, 3, 200}, {2, 0, 2});
  dataset.groups = {1, 1, 0};
  dataset.group_names = {"ann", "bob", "cy"};
  const SplitFacts facts = CountSplit("train", dataset, 4);
  EXPECT_EQ(facts.rows, 3u);
  EXPECT_THAT(facts.class_rows, ElementsAre(1, 0, 2, 0));
  EXPECT_THAT(facts.group_rows, ElementsAre(1, 2, 0));
  EXPECT_EQ(facts.least, 3);
  EXPECT_EQ(facts.largest, 200);
}

TEST(SplitFacts, KnowsNoClassesWithoutLabels) {
  const SplitFacts facts = CountSplit("test", ShadedDataset({7}, {}), 4);
  EXPECT_FALSE(facts.is_labelled);
  EXPECT_THAT(facts.class_rows, IsEmpty());
  EXPECT_THAT(facts.group_rows, IsEmpty());
}

TEST(SplitFacts, SpreadHasTheLowerMedian) {
  const CountSpread spread = SpreadOf({9, 1, 4, 5});
  EXPECT_EQ(spread.smallest, 1u);
  EXPECT_EQ(spread.median, 4u);
  EXPECT_EQ(spread.largest, 9u);
}

}  // namespace
}  // namespace pleat
