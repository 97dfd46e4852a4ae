#include "coordinator/ensemble/assign_folds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/ensemble/ensemble_fixture.h"

namespace pleat {
namespace {

using testing::ElementsAre;

TEST(AssignFolds, WritesTheFoldOfEachRow) {
  EnsembleFixture fixture;
  const auto assigned =
      RunAssignFolds(AssignFolds{"s", "name: s\n", fixture.spec, fixture.train}, *fixture.store);
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_EQ(assigned->folds().path(), "sweeps/s/folds.npy");
  EXPECT_THAT(assigned->rows(), ElementsAre(2, 2));
  const auto folds = DecodeNpy<int32_t>(*fixture.store->Read(assigned->folds()));
  EXPECT_THAT(folds->data, ElementsAre(0, 0, 1, 1));
}

TEST(AssignFolds, GivesTheSameFileWhenRepeated) {
  EnsembleFixture fixture;
  const AssignFolds effect{"s", "name: s\n", fixture.spec, fixture.train};
  const auto first = RunAssignFolds(effect, *fixture.store);
  const auto second = RunAssignFolds(effect, *fixture.store);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
}

TEST(AssignFolds, KeepsTheSubmittedTextButNeedsItNot) {
  EnsembleFixture fixture;
  AssignFolds effect{"s", "name: s  # mine\n", fixture.spec, fixture.train};
  ASSERT_TRUE(RunAssignFolds(effect, *fixture.store).ok());
  EXPECT_EQ(*fixture.store->ReadUnchecked("sweeps/s/sweep.yaml", 100), "name: s  # mine\n");
  effect.source = "another text\n";
  EXPECT_TRUE(RunAssignFolds(effect, *fixture.store).ok());
}

TEST(AssignFolds, WritesAColumnPerRepeat) {
  EnsembleFixture fixture;
  v1::RepeatedKFoldSpec& splitter =
      *fixture.spec.mutable_cross_validation()->mutable_repeated_k_fold();
  splitter.set_folds(2);
  splitter.set_repeats(3);
  const auto assigned =
      RunAssignFolds(AssignFolds{"s", "name: s\n", fixture.spec, fixture.train}, *fixture.store);
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_THAT(assigned->rows(), ElementsAre(2, 2, 2, 2, 2, 2));
  const auto folds = DecodeNpy<int32_t>(*fixture.store->Read(assigned->folds()));
  EXPECT_THAT(folds->shape, ElementsAre(4, 3));
}

TEST(AssignFolds, TakesTheFoldsThatThePreparedDataGive) {
  EnsembleFixture fixture;
  fixture.spec.mutable_cross_validation()->mutable_predefined()->set_column("fold");
  *fixture.train.mutable_predefined_folds() =
      fixture.Numbers<int32_t>("predefined.npy", {4, -1, 2, 2});
  const auto assigned =
      RunAssignFolds(AssignFolds{"s", "name: s\n", fixture.spec, fixture.train}, *fixture.store);
  ASSERT_TRUE(assigned.ok()) << assigned.status();
  EXPECT_THAT(assigned->rows(), ElementsAre(2, 1));
  const auto folds = DecodeNpy<int32_t>(*fixture.store->Read(assigned->folds()));
  EXPECT_THAT(folds->data, ElementsAre(1, -1, 0, 0));
}

TEST(AssignFolds, ReportsLabelsOfAnotherLength) {
  EnsembleFixture fixture;
  fixture.train.set_rows(5);
  const auto assigned =
      RunAssignFolds(AssignFolds{"s", "name: s\n", fixture.spec, fixture.train}, *fixture.store);
  EXPECT_TRUE(absl::IsDataLoss(assigned.status())) << assigned.status();
}

}  // namespace
}  // namespace pleat
