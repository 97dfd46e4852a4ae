#include "worker/inspect/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/inspect/small_dataset.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using Splits = std::vector<std::pair<std::string, Dataset>>;

TEST(Duplicates, FindsRowsWithinAndBetweenSplits) {
  const Splits splits = {{"train", ShadedDataset({1, 2, 1, 3, 1}, {0, 1, 0, 1, 1})},
                         {"test", ShadedDataset({3, 9, 3}, {})}};
  const DuplicateFacts facts = FindDuplicates(splits).value();
  ASSERT_EQ(facts.sets.size(), 2u);
  EXPECT_THAT(facts.sets[0].rows,
              ElementsAre(RowPlace{0, 0, 0}, RowPlace{0, 2, 0}, RowPlace{0, 4, 1}));
  EXPECT_TRUE(facts.sets[0].is_conflict);
  EXPECT_FALSE(facts.sets[0].is_between_splits);
  EXPECT_THAT(facts.sets[1].rows,
              ElementsAre(RowPlace{0, 3, 1}, RowPlace{1, 0, -1}, RowPlace{1, 2, -1}));
  EXPECT_FALSE(facts.sets[1].is_conflict);
  EXPECT_TRUE(facts.sets[1].is_between_splits);
  // train repeats two rows, and one of its rows is in test; test repeats one, and two are in train.
  EXPECT_THAT(facts.rows, ElementsAre(ElementsAre(2, 1), ElementsAre(2, 1)));
}

TEST(Duplicates, AreNamedByTheirIds) {
  Splits splits = {{"train", ShadedDataset({1, 2, 1}, {0, 1, 0})},
                   {"test", ShadedDataset({1}, {})}};
  splits[0].second.ids = {"a.png", "b.png", "c.png"};
  const DuplicateFacts facts = FindDuplicates(splits).value();
  ASSERT_EQ(facts.sets.size(), 1u);
  EXPECT_THAT(facts.sets[0].rows, ElementsAre(RowPlace{0, 0, 0, "a.png"},
                                              RowPlace{0, 2, 0, "c.png"}, RowPlace{1, 0, -1, ""}));
}

TEST(Duplicates, FindsNoneWhereOnePixelDiffers) {
  Splits splits = {{"train", ShadedDataset({1, 1}, {0, 1})}};
  splits[0].second.pixels.back() = 2;
  EXPECT_TRUE(FindDuplicates(splits).value().sets.empty());
}

TEST(Duplicates, EndsWhenAsked) {
  const Splits splits = {{"train", ShadedDataset({1, 1}, {0, 1})}};
  const auto stop = [] { return absl::CancelledError("enough"); };
  EXPECT_TRUE(absl::IsCancelled(FindDuplicates(splits, stop).status()));
}

TEST(Duplicates, ShowsConflictsFirstAndThenThoseBetweenSplits) {
  DuplicateFacts facts;
  facts.sets.resize(4);
  facts.sets[1].is_between_splits = true;
  facts.sets[3].is_conflict = true;
  EXPECT_THAT(MostTelling(facts, 3), ElementsAre(3, 1, 0));
}

}  // namespace
}  // namespace pleat
