#include "common/folds/fold_assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reference/fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

v1::CrossValidationSpec Spec(const std::string& splitter, uint32_t folds, bool shuffle = false,
                             uint32_t seed = 0) {
  v1::CrossValidationSpec spec;
  if (splitter == "group_k_fold") {
    spec.mutable_group_k_fold()->set_folds(folds);
    return spec;
  }
  v1::KFoldSpec* k_fold =
      splitter == "k_fold" ? spec.mutable_k_fold() : spec.mutable_stratified_k_fold();
  k_fold->set_folds(folds);
  k_fold->set_shuffle(shuffle);
  k_fold->set_seed(seed);
  return spec;
}

void ExpectRefused(const v1::CrossValidationSpec& spec, const std::vector<int64_t>& labels,
                   const std::vector<int64_t>& groups, const std::string& message) {
  const auto folds = AssignRowsToFolds(spec, labels, groups);
  EXPECT_TRUE(absl::IsInvalidArgument(folds.status())) << folds.status();
  EXPECT_THAT(std::string(folds.status().message()), HasSubstr(message));
}

TEST(FoldAssignment, IsIndexEqualToScikitLearn) {
  const nlohmann::json fixture = ReadFixture("folds.json");
  ASSERT_FALSE(fixture["cases"].empty());
  for (const nlohmann::json& expected : fixture["cases"]) {
    SCOPED_TRACE(testing::Message()
                 << expected["splitter"] << " folds " << expected["folds"] << " shuffle "
                 << expected["shuffle"] << " seed " << expected["seed"]);
    const v1::CrossValidationSpec spec =
        Spec(expected["splitter"].get<std::string>(), expected["folds"].get<uint32_t>(),
             expected["shuffle"].get<bool>(), expected["seed"].get<uint32_t>());
    const auto folds = AssignRowsToFolds(spec, expected["labels"].get<std::vector<int64_t>>(),
                                         expected["groups"].get<std::vector<int64_t>>());
    ASSERT_TRUE(folds.ok()) << folds.status();
    EXPECT_EQ(*folds, expected["fold_of_row"].get<std::vector<int32_t>>());
    EXPECT_EQ(FoldCount(spec), expected["folds"].get<uint32_t>());
  }
}

TEST(FoldAssignment, RefusesFewerRowsThanFolds) {
  ExpectRefused(Spec("k_fold", 3), {0, 1}, {}, "cannot cut 2 rows into 3 folds");
  ExpectRefused(Spec("k_fold", 2), {}, {}, "cannot cut 0 rows into 2 folds");
}

TEST(FoldAssignment, RefusesAClassSmallerThanTheFolds) {
  ExpectRefused(Spec("stratified_k_fold", 3), {0, 0, 0, 0, 7, 7}, {}, "class 7 has 2 rows");
}

TEST(FoldAssignment, RefusesMissingGroupsAndTooFew) {
  ExpectRefused(Spec("group_k_fold", 2), {0, 0, 0}, {}, "data.groups");
  ExpectRefused(Spec("group_k_fold", 3), {0, 0, 0}, {1, 1, 2}, "2 groups into 3 folds");
  ExpectRefused(Spec("group_k_fold", 2), {0, 0, 0}, {1, 2}, "2 groups for 3 rows");
}

TEST(FoldAssignment, RefusesOneFoldAndNoSplitter) {
  ExpectRefused(Spec("k_fold", 1), {0, 0, 0}, {}, "at least 2 folds");
  ExpectRefused(v1::CrossValidationSpec(), {0, 0, 0}, {}, "at least 2 folds");
}

}  // namespace
}  // namespace pleat
