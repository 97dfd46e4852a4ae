// k_fold with a shuffle against the Kannada-MNIST notebook's own way to cut the same folds.
#include <gtest/gtest.h>

#include <vector>

#include "common/folds/splitter.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

TEST(SeedSplit, ShuffledKFoldIsAPermutationCutInOrder) {
  v1::CrossValidationSpec spec;
  spec.mutable_k_fold()->set_folds(8);
  spec.mutable_k_fold()->set_shuffle(true);
  spec.mutable_k_fold()->set_seed(2019);
  const nlohmann::json fixture = ReadFixture("seed_split.json");
  ASSERT_EQ(fixture["fold_of_row"].size(), 2u);
  for (const nlohmann::json& expected : fixture["fold_of_row"]) {
    const std::vector<int64_t> labels(expected.size());
    const auto folds = AssignRowsToFolds(spec, {.labels = labels, .groups = {}, .predefined = {}});
    ASSERT_TRUE(folds.ok()) << folds.status();
    EXPECT_EQ(folds->fold_of_row, expected.get<std::vector<int32_t>>());
  }
}

}  // namespace
}  // namespace pleat
