// What every splitter promises, on random rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "common/folds/splitter.h"

namespace pleat {
namespace {

struct Rows {
  std::vector<int64_t> labels;
  std::vector<int64_t> groups;
  std::vector<int32_t> predefined;
};

// Classes and groups of uneven sizes, with gaps in their numbers; some rows in no predefined fold.
Rows RandomRows(std::mt19937& random) {
  const auto below = [&](uint32_t limit) { return random() % limit; };
  const uint32_t rows = 20 + below(300), classes = 1 + below(6), groups = 10 + below(10);
  Rows all;
  for (uint32_t row = 0; row < rows; ++row) {
    all.labels.push_back(std::min(below(classes), below(classes)));
    all.groups.push_back(5 * static_cast<int64_t>(std::min(below(groups), below(groups))) - 9);
    all.predefined.push_back(static_cast<int32_t>(3 * below(4)) - 1);
    if (all.predefined.back() > 0) ++all.predefined.back();
  }
  return all;
}

std::vector<v1::CrossValidationSpec> AllSplitters(std::mt19937& random) {
  const uint32_t folds = 2 + random() % 4;
  std::vector<v1::CrossValidationSpec> specs(8);
  specs[0].mutable_k_fold();
  specs[1].mutable_stratified_k_fold();
  specs[2].mutable_stratified_group_k_fold();
  for (v1::KFoldSpec* spec : {specs[0].mutable_k_fold(), specs[1].mutable_stratified_k_fold(),
                              specs[2].mutable_stratified_group_k_fold()}) {
    spec->set_folds(folds);
    spec->set_shuffle(random() % 2 == 0);
    spec->set_seed(static_cast<uint32_t>(random()));
  }
  for (v1::RepeatedKFoldSpec* spec :
       {specs[3].mutable_repeated_k_fold(), specs[4].mutable_repeated_stratified_k_fold()}) {
    spec->set_folds(folds);
    spec->set_repeats(1 + random() % 4);
    spec->set_seed(static_cast<uint32_t>(random()));
  }
  specs[5].mutable_group_k_fold()->set_folds(folds);
  specs[6].mutable_leave_one_group_out();
  specs[7].mutable_predefined();
  return specs;
}

// How often each row is validated.
std::vector<uint32_t> CountValidations(const FoldAssignment& folds, size_t rows) {
  std::vector<uint32_t> counts(rows);
  for (const std::vector<int64_t>& validated : folds.RowsOfFolds()) {
    for (const int64_t row : validated) ++counts[row];
  }
  return counts;
}

void ExpectSidesApart(const FoldAssignment& folds, const std::vector<int64_t>* groups) {
  const auto rows_of_fold = folds.RowsOfFolds();
  for (uint32_t fold = 0; fold < rows_of_fold.size(); ++fold) {
    const std::vector<int64_t> validated = folds.ValidationRows(fold);
    const std::vector<int64_t> trained = folds.TrainingRows(fold);
    EXPECT_EQ(validated, rows_of_fold[fold]);
    EXPECT_FALSE(validated.empty());
    EXPECT_FALSE(trained.empty());
    std::set<int64_t> all(validated.begin(), validated.end());
    all.insert(trained.begin(), trained.end());
    EXPECT_EQ(all.size(), validated.size() + trained.size()) << "a row is on both sides";
    EXPECT_EQ(all.size(), folds.rows());
    if (groups == nullptr) continue;
    std::set<int64_t> held_out;
    for (const int64_t row : validated) held_out.insert((*groups)[row]);
    for (const int64_t row : trained) EXPECT_FALSE(held_out.contains((*groups)[row]));
  }
}

// So a sweep may be extended: the folds that are there stay.
TEST(SplitProperty, ARepeatIsTheSameHoweverManyThereAre) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    const Rows rows = RandomRows(random);
    for (v1::CrossValidationSpec& spec : AllSplitters(random)) {
      v1::RepeatedKFoldSpec* repeated = FindRepeats(&spec);
      EXPECT_EQ(repeated != nullptr,
                spec.has_repeated_k_fold() || spec.has_repeated_stratified_k_fold());
      if (repeated == nullptr) continue;
      const auto few = AssignRowsToFolds(spec, {rows.labels, rows.groups, rows.predefined});
      repeated->set_repeats(repeated->repeats() + 2);
      const auto many = AssignRowsToFolds(spec, {rows.labels, rows.groups, rows.predefined});
      ASSERT_EQ(few.ok(), many.ok());
      if (!few.ok()) continue;
      const auto folds = few->RowsOfFolds();
      const auto more = many->RowsOfFolds();
      ASSERT_EQ(more.size(), folds.size() + 2 * repeated->folds());
      EXPECT_TRUE(std::equal(folds.begin(), folds.end(), more.begin()));
    }
  }
}

TEST(SplitProperty, NoRowOrGroupIsEverOnBothSides) {
  std::mt19937 random(5);
  std::map<int, int> cut;  // by splitter
  for (int round = 0; round < 200; ++round) {
    const Rows rows = RandomRows(random);
    for (const v1::CrossValidationSpec& spec : AllSplitters(random)) {
      SCOPED_TRACE(testing::Message() << "round " << round << ": " << spec.ShortDebugString());
      const auto folds = AssignRowsToFolds(spec, {rows.labels, rows.groups, rows.predefined});
      if (!folds.ok()) {
        EXPECT_TRUE(absl::IsInvalidArgument(folds.status())) << folds.status();
        continue;
      }
      ++cut[spec.splitter_case()];
      ASSERT_EQ(folds->rows(), rows.labels.size());
      ExpectSidesApart(*folds, NeedsGroups(spec) ? &rows.groups : nullptr);
      const std::vector<uint32_t> validations = CountValidations(*folds, folds->rows());
      for (size_t row = 0; row < validations.size(); ++row) {
        const bool never = spec.has_predefined() && rows.predefined[row] == -1;
        EXPECT_EQ(validations[row], never ? 0 : folds->repeats) << "row " << row;
      }
      if (FoldCount(spec) == 0) continue;
      EXPECT_EQ(folds->RowsOfFolds().size(), FoldCount(spec));
    }
  }
  // Refusals are the exception.
  for (const auto& [splitter, count] : cut) EXPECT_GT(count, 100) << "splitter " << splitter;
  EXPECT_EQ(cut.size(), 8u);
}

}  // namespace
}  // namespace pleat
