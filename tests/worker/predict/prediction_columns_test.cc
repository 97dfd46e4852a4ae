#include "worker/predict/prediction_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PredictionColumnsTest : public testing::Test {
 protected:
  PredictionColumnsTest() {
    manifest_.height = 1;
    manifest_.width = 3;
    v1::CsvSource& train = *manifest_.data.mutable_train()->mutable_csv();
    train.set_label_column("digit");
    train.set_id_column("row");
    manifest_.data.mutable_groups()->set_column("writer");
    manifest_.predefined.set_column("fold");
    manifest_.data.mutable_test()->mutable_csv()->set_id_column("name");
  }

  PredictionColumns Find(const std::vector<std::string>& names) {
    const auto columns = FindPredictionColumns("new.csv", names, manifest_);
    EXPECT_TRUE(columns.ok()) << columns.status();
    return columns.value_or(PredictionColumns());
  }

  EnsembleManifest manifest_;
};

TEST_F(PredictionColumnsTest, KnowsFilesLikeTheTestSetAndLikeTheTrainingSet) {
  const PredictionColumns test = Find({"name", "a", "b", "c"});
  EXPECT_EQ(test.id, "name");
  EXPECT_EQ(test.label, "");
  const PredictionColumns train = Find({"row", "writer", "fold", "digit", "a", "b", "c"});
  EXPECT_EQ(train.id, "row");
  EXPECT_EQ(train.label, "digit");
  EXPECT_EQ(train.group, "writer");
  EXPECT_EQ(train.fold, "fold");
}

TEST_F(PredictionColumnsTest, KnowsTheUsualNamesAndPixelsAlone) {
  EXPECT_EQ(Find({"id", "label", "a", "b", "c"}).label, "label");
  EXPECT_EQ(Find({"a", "b", "c"}).id, "");
}

TEST_F(PredictionColumnsTest, NamesWhatIsExpectedAndWhatIsThere) {
  const auto columns = FindPredictionColumns("new.csv", {"key", "a", "b", "c"}, manifest_);
  EXPECT_TRUE(absl::IsInvalidArgument(columns.status()));
  EXPECT_THAT(std::string(columns.status().message()),
              AllOf(HasSubstr("new.csv:1"), HasSubstr("4 columns of pixels"),
                    HasSubstr("1 x 3 = 3"), HasSubstr("'digit' or 'label'"),
                    HasSubstr("'name' or 'row' or 'id'"), HasSubstr("key, a, b, c")));
}

}  // namespace
}  // namespace pleat
