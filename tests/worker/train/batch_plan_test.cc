#include "worker/train/batch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;
using Rows = std::vector<int64_t>;

Rows Numbered(int64_t count) {
  Rows rows(count);
  std::iota(rows.begin(), rows.end(), 100);
  return rows;
}

Rows Epoch(BatchPlan& plan, uint32_t epoch) {
  plan.StartEpoch(epoch);
  Rows rows;
  for (int64_t step = 0; step < plan.steps_per_epoch(); ++step) {
    const auto batch = plan.Batch(step);
    rows.insert(rows.end(), batch.begin(), batch.end());
  }
  return rows;
}

TEST(BatchPlan, AnEpochSeesEachRowOnce) {
  BatchPlan plan(Numbered(12), 4, 7);
  EXPECT_EQ(plan.steps_per_epoch(), 3);
  EXPECT_THAT(Epoch(plan, 0), UnorderedElementsAreArray(Numbered(12)));
}

TEST(BatchPlan, LeavesTheIncompleteBatchOut) {
  BatchPlan plan(Numbered(11), 4, 7);
  EXPECT_EQ(plan.steps_per_epoch(), 2);
  EXPECT_EQ(Epoch(plan, 0).size(), 8u);
}

TEST(BatchPlan, FewRowsMakeOneBatch) {
  BatchPlan plan(Numbered(3), 4, 7);
  EXPECT_EQ(plan.steps_per_epoch(), 1);
  EXPECT_EQ(plan.batch_size(), 3);
  EXPECT_THAT(Epoch(plan, 5), UnorderedElementsAreArray(Numbered(3)));
}

TEST(BatchPlan, OrderDependsOnKeyAndEpochOnly) {
  BatchPlan plan(Numbered(64), 8, 7);
  BatchPlan again(Numbered(64), 8, 7);
  BatchPlan other(Numbered(64), 8, 8);
  const Rows first = Epoch(plan, 0);
  const Rows third = Epoch(plan, 2);
  EXPECT_EQ(Epoch(again, 2), third);
  EXPECT_NE(third, first);
  EXPECT_NE(Epoch(other, 0), first);
}

TEST(BatchPlan, EveryRowComesFirstAboutAsOften) {
  constexpr int kEpochs = 4000;
  BatchPlan plan(Numbered(4), 4, 7);
  std::vector<int> first(4);
  for (int epoch = 0; epoch < kEpochs; ++epoch) ++first[Epoch(plan, epoch)[0] - 100];
  // Five standard deviations.
  for (const int count : first) EXPECT_NEAR(count, kEpochs / 4, 137);
}

TEST(PartOfRank, FirstRanksTakeTheRemainder) {
  const Rows batch = {1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_THAT(PartOfRank(batch, 0, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(PartOfRank(batch, 1, 3), ElementsAre(4, 5, 6));
  EXPECT_THAT(PartOfRank(batch, 2, 3), ElementsAre(7, 8));
  EXPECT_THAT(PartOfRank(Rows{1}, 1, 2), IsEmpty());
}

}  // namespace
}  // namespace pleat
