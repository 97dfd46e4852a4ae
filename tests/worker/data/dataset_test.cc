#include "worker/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/data/temp_files.h"

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SweepDataTest : public testing::Test {
 protected:
  v1::DatasetSpec Csv(const std::string& name, const std::string& text,
                      const std::string& label_column = "label") {
    v1::DatasetSpec spec;
    spec.mutable_csv()->set_path(files_.Write(name, text));
    spec.mutable_csv()->set_label_column(label_column);
    return spec;
  }
  std::string Error(const v1::DataSpec& spec) {
    const auto data = ReadSweepData(spec);
    EXPECT_EQ(data.status().code(), absl::StatusCode::kInvalidArgument) << data.status();
    return std::string(data.status().message());
  }

  TempFiles files_;
};

TEST_F(SweepDataTest, ReadsSplitsInOrderWithGroupsOnTrainOnly) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n2,3\n");
  *spec.mutable_test() = Csv("test.csv", "p\n9\n", "");
  auto* extra = spec.add_extra();
  extra->set_key("dig");
  *extra->mutable_dataset() = Csv("dig.csv", "label,p\n2,5\n");
  spec.mutable_groups()->set_rows_per_group(2);
  const auto data = ReadSweepData(spec);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 3u);
  EXPECT_EQ(data->scale, 255);
  ASSERT_EQ(data->splits.size(), 3u);
  EXPECT_EQ(data->splits[2].first, "dig");
  EXPECT_THAT(data->find("train")->groups, ElementsAre(0, 0, 1));
  EXPECT_THAT(data->find("test")->groups, IsEmpty());
  EXPECT_THAT(data->find("test")->labels, IsEmpty());
  EXPECT_EQ(data->find("absent"), nullptr);
}

TEST_F(SweepDataTest, CanBeStoppedWhileItReads) {
  v1::DataSpec csv, idx, drawn;
  *csv.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n2,3\n");
  idx.mutable_train()->mutable_idx()->set_images(
      files_.Write("images.idx", std::string("\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\1ab", 18)));
  drawn.mutable_train()->mutable_synthetic_digits()->set_samples(40);
  drawn.mutable_train()->mutable_synthetic_digits()->set_writers(2);
  drawn.mutable_train()->mutable_synthetic_digits()->set_size(12);
  for (const v1::DataSpec& spec : {csv, idx, drawn}) {
    int pieces = 0;
    const auto stop = [&] {
      return ++pieces == 2 ? absl::CancelledError("enough") : absl::OkStatus();
    };
    EXPECT_TRUE(absl::IsCancelled(ReadSweepData(spec, stop).status())) << spec.DebugString();
    EXPECT_EQ(pieces, 2);
  }
}

TEST_F(SweepDataTest, CutsEverySetToItsLimit) {
  v1::DataSpec spec;
  spec.mutable_train()->mutable_synthetic_digits()->set_samples(40);
  spec.mutable_train()->mutable_synthetic_digits()->set_writers(2);
  spec.mutable_train()->mutable_synthetic_digits()->set_size(12);
  spec.mutable_train()->set_limit(15);
  const auto data = ReadSweepData(spec);
  ASSERT_TRUE(data.ok()) << data.status();
  const Dataset& train = *data->find("train");
  EXPECT_EQ(train.rows, 15);
  EXPECT_EQ(train.labels.size(), 15u);
  EXPECT_EQ(train.pixels.size(), 15u * 12 * 12);
}

TEST_F(SweepDataTest, RefusesSplitsOfDifferentShapes) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n");
  *spec.mutable_test() = Csv("test.csv", "a,b,c,d\n1,2,3,4\n", "");
  EXPECT_THAT(Error(spec), AllOf(HasSubstr("data.test"), HasSubstr("2x2x1"), HasSubstr("1x1x1")));
}

TEST_F(SweepDataTest, RefusesLabelsBeyondTheClasses) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n");
  *spec.mutable_test() = Csv("test.csv", "label,p\n0,1\n7,2\n");
  EXPECT_THAT(Error(spec),
              AllOf(HasSubstr("data.test: row 1 has the label 7"), HasSubstr("2 classes")));
  spec.clear_test();
  spec.set_classes(2);
  EXPECT_TRUE(ReadSweepData(spec).ok());
}

TEST_F(SweepDataTest, RefusesTrainingRowsThatTeachNothing) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "p\n1\n", "");
  EXPECT_THAT(Error(spec), HasSubstr("no labels"));
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n0,2\n");
  EXPECT_THAT(Error(spec), HasSubstr("at least two classes"));
  spec.clear_train();
  EXPECT_THAT(Error(spec), HasSubstr("no source"));
}

TEST_F(SweepDataTest, RefusesAnExtraSetWithATakenName) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n");
  auto* extra = spec.add_extra();
  extra->set_key("train");
  *extra->mutable_dataset() = spec.train();
  EXPECT_THAT(Error(spec), HasSubstr("'train' is taken"));
}

TEST_F(SweepDataTest, RefusesAGroupColumnWithoutCsv) {
  v1::DataSpec spec;
  spec.mutable_train()->mutable_synthetic_digits();
  spec.mutable_groups()->set_column("writer");
  EXPECT_THAT(Error(spec), HasSubstr("needs a CSV file"));
}

TEST_F(SweepDataTest, NamesTheSplitThatCannotBeRead) {
  v1::DataSpec spec;
  spec.mutable_train()->mutable_csv()->set_path(files_.Path("absent.csv"));
  const auto data = ReadSweepData(spec);
  EXPECT_EQ(data.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(data.status().message()),
              AllOf(HasSubstr("data.train"), HasSubstr("absent.csv")));
}

TEST_F(SweepDataTest, DigestDependsOnContentOnly) {
  const std::string text = "label,p\n0,1\n1,2\n";
  const auto digest = [](const v1::DatasetSpec& spec, const v1::GroupsSpec* groups = nullptr) {
    return ReadDataset(spec, groups)->sha256;
  };
  const std::string plain = digest(Csv("a.csv", text));
  EXPECT_EQ(plain.size(), 64u);
  EXPECT_EQ(plain, digest(Csv("b.csv", "p,label\r\n1,0\r\n2,1\r\n")));
  EXPECT_NE(plain, digest(Csv("c.csv", "label,p\n0,1\n1,3\n")));
  EXPECT_NE(plain, digest(Csv("d.csv", "label,p\n0,1\n0,2\n")));
  v1::GroupsSpec groups;
  groups.set_rows_per_group(1);
  EXPECT_NE(plain, digest(Csv("a.csv", text), &groups));
}

}  // namespace
}  // namespace pleat
