#include "common/folds/splitter.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// The columns of a table of rows.
struct Table {
  std::vector<int64_t> labels;
  std::vector<int64_t> groups;
  std::vector<int32_t> predefined;

  RowsToSplit rows() const { return {labels, groups, predefined}; }
};

v1::CrossValidationSpec Spec(const std::string& json) {
  v1::CrossValidationSpec spec;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &spec).ok()) << json;
  return spec;
}

void ExpectRefused(const std::string& json, const Table& table, const std::string& message) {
  SCOPED_TRACE(json);
  const auto folds = AssignRowsToFolds(Spec(json), table.rows());
  EXPECT_TRUE(absl::IsInvalidArgument(folds.status())) << folds.status();
  EXPECT_THAT(std::string(folds.status().message()), HasSubstr(message));
}

TEST(Splitter, IsIndexEqualToScikitLearn) {
  const nlohmann::json fixture = ReadFixture("folds.json");
  ASSERT_FALSE(fixture["cases"].empty());
  for (const nlohmann::json& expected : fixture["cases"]) {
    const nlohmann::json json = {{expected["splitter"].get<std::string>(), expected["options"]}};
    SCOPED_TRACE(testing::Message() << json << " of " << expected["labels"].size() << " rows");
    const v1::CrossValidationSpec spec = Spec(json.dump());
    const Table table = {expected["labels"].get<std::vector<int64_t>>(),
                         expected["groups"].get<std::vector<int64_t>>(),
                         expected["predefined"].get<std::vector<int32_t>>()};
    const auto folds = AssignRowsToFolds(spec, table.rows());
    ASSERT_TRUE(folds.ok()) << folds.status();
    EXPECT_EQ(folds->repeats, expected["repeats"].get<uint32_t>());
    EXPECT_EQ(folds->fold_of_row, expected["folds"].get<std::vector<int32_t>>());
    const auto fold_count = expected["fold_count"].get<uint32_t>();
    EXPECT_EQ(folds->RowsOfFolds().size(), fold_count);
    const bool is_known = !spec.has_leave_one_group_out() && !spec.has_predefined();
    EXPECT_EQ(FoldCount(spec), is_known ? fold_count : 0);
  }
}

// Takes very long if each group costs a look at every class in every fold.
TEST(Splitter, CutsManyGroupsOfManyClasses) {
  constexpr int64_t kRows = 20000, kClasses = 1000;
  Table table;
  for (int64_t row = 0; row < kRows; ++row) {
    table.labels.push_back(row % kClasses);
    table.groups.push_back(row);
  }
  const auto folds =
      AssignRowsToFolds(Spec(R"({"stratified_group_k_fold": {"folds": 5}})"), table.rows());
  ASSERT_TRUE(folds.ok()) << folds.status();
  std::map<std::pair<int64_t, int32_t>, int> rows_of;
  for (int64_t row = 0; row < kRows; ++row) {
    ++rows_of[{table.labels[row], folds->fold_of_row[row]}];
  }
  EXPECT_EQ(rows_of.size(), 5u * kClasses);
  for (const auto& [place, count] : rows_of) EXPECT_EQ(count, 4) << place.first;
}

TEST(Splitter, NumbersPredefinedFoldsWithoutGaps) {
  const Table table = {{0, 0, 0, 0, 0}, {}, {7, -1, 3, 7, 40}};
  const auto folds = AssignRowsToFolds(Spec(R"({"predefined": {}})"), table.rows());
  ASSERT_TRUE(folds.ok()) << folds.status();
  EXPECT_EQ(folds->fold_of_row, std::vector<int32_t>({1, -1, 0, 1, 2}));
}

TEST(Splitter, RefusesFewerRowsThanFolds) {
  ExpectRefused(R"({"k_fold": {"folds": 3}})", {{0, 1}, {}, {}}, "cannot cut 2 rows into 3 folds");
  ExpectRefused(R"({"k_fold": {"folds": 2}})", {}, "cannot cut 0 rows into 2 folds");
  ExpectRefused(R"({"repeated_k_fold": {"folds": 4, "repeats": 2}})", {{0, 1, 0}, {}, {}},
                "cannot cut 3 rows into 4 folds");
}

TEST(Splitter, RefusesAClassSmallerThanTheFolds) {
  const Table table = {{0, 0, 0, 0, 7, 7}, {0, 1, 2, 3, 4, 5}, {}};
  for (const char* splitter : {"stratified_k_fold", "stratified_group_k_fold"}) {
    ExpectRefused(absl::StrCat(R"({")", splitter, R"(": {"folds": 3}})"), table,
                  "class 7 has 2 rows, fewer than the 3 folds");
  }
  ExpectRefused(R"({"repeated_stratified_k_fold": {"folds": 3, "repeats": 2}})", table,
                "class 7 has 2 rows");
}

TEST(Splitter, RefusesMissingGroupsAndTooFew) {
  for (const char* splitter : {"group_k_fold", "stratified_group_k_fold"}) {
    const std::string two = absl::StrCat(R"({")", splitter, R"(": {"folds": 2}})");
    ExpectRefused(two, {{0, 0, 0}, {}, {}}, "data.groups");
    ExpectRefused(two, {{0, 0, 0}, {1, 2}, {}}, "2 groups for 3 rows");
    ExpectRefused(absl::StrCat(R"({")", splitter, R"(": {"folds": 3}})"),
                  {{0, 0, 0}, {1, 1, 2}, {}}, "2 groups into 3 folds");
  }
  ExpectRefused(R"({"leave_one_group_out": {}})", {{0, 0}, {}, {}}, "data.groups");
  ExpectRefused(R"({"leave_one_group_out": {}})", {{0, 0}, {4, 4}, {}},
                "needs at least 2 groups, but all 2 rows are of one");
}

TEST(Splitter, RefusesPredefinedFoldsThatAreNone) {
  const std::string predefined = R"({"predefined": {}})";
  ExpectRefused(predefined, {{0, 0}, {}, {-1, -1}}, "all 2 rows are in fold -1");
  ExpectRefused(predefined, {{0, 0}, {}, {0, -2}}, "a row is in fold -2");
  ExpectRefused(predefined, {{0, 0}, {}, {1}}, "gives 1 folds for 2 rows");
  ExpectRefused(predefined, {{0, 0, 0}, {}, {5, 5, 5}},
                "fold 0 validates all 3 rows and leaves none to train on");
}

TEST(Splitter, RefusesMoreFoldsThanASweepMayHave) {
  Table table;
  for (int64_t row = 0; row <= kMostFolds; ++row) {
    table.labels.push_back(0);
    table.groups.push_back(row);
  }
  ExpectRefused(R"({"leave_one_group_out": {}})", table, "1001 folds; a sweep may have 1 to 1000");
  ExpectRefused(R"({"repeated_k_fold": {"folds": 101, "repeats": 10}})", table, "1010 folds");
}

TEST(Splitter, RefusesOneFoldAndNoSplitter) {
  ExpectRefused(R"({"k_fold": {"folds": 1}})", {{0, 0, 0}, {}, {}}, "at least 2 folds");
  ExpectRefused(R"({"repeated_k_fold": {"folds": 2}})", {{0, 0, 0}, {}, {}}, "0 folds");
  ExpectRefused("{}", {{0, 0, 0}, {}, {}}, "names no splitter");
}

}  // namespace
}  // namespace pleat
