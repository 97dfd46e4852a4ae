#include "worker/data/sweep_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/worker/data/png_bytes.h"
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
  // A folder of 1x1 images, one of each class, of the values 0, 1, 2, …
  v1::DatasetSpec Folder(const std::string& name, const std::vector<std::string>& classes) {
    v1::DatasetSpec spec;
    spec.mutable_image_folder()->set_path(files_.Path(name));
    for (size_t i = 0; i < classes.size(); ++i) {
      const std::string folder = name + "/" + classes[i];
      std::filesystem::create_directories(files_.Path(folder));
      files_.Write(folder + "/x.png", GreyPng(1, 1, static_cast<char>(i)));
    }
    return spec;
  }
  void Merge(const std::string& name, const v1::DatasetSpec& dataset, v1::DataSpec& spec) {
    auto* merged = spec.add_merge();
    merged->set_key(name);
    *merged->mutable_dataset() = dataset;
  }
  std::string Error(const v1::DataSpec& spec) {
    const auto data = ReadSweepData(spec, predefined_);
    EXPECT_EQ(data.status().code(), absl::StatusCode::kInvalidArgument) << data.status();
    return std::string(data.status().message());
  }

  TempFiles files_;
  v1::PredefinedSplitSpec predefined_;
};

TEST_F(SweepDataTest, ReadsSplitsInOrderWithGroupsOnTrainOnly) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n2,3\n");
  *spec.mutable_test() = Csv("test.csv", "p\n9\n", "");
  auto* extra = spec.add_extra();
  extra->set_key("dig");
  *extra->mutable_dataset() = Csv("dig.csv", "label,p\n2,5\n");
  spec.mutable_groups()->set_rows_per_group(2);
  const auto data = ReadSweepData(spec, {});
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
  idx.mutable_train()->mutable_idx()->set_labels(
      files_.Write("labels.idx", std::string("\0\0\10\1\0\0\0\2\0\1", 10)));
  drawn.mutable_train()->mutable_synthetic_digits()->set_samples(40);
  drawn.mutable_train()->mutable_synthetic_digits()->set_writers(2);
  drawn.mutable_train()->mutable_synthetic_digits()->set_size(12);
  for (const v1::DataSpec& spec : {csv, idx, drawn}) {
    int pieces = 0;
    const auto stop = [&] {
      return ++pieces == 2 ? absl::CancelledError("enough") : absl::OkStatus();
    };
    EXPECT_TRUE(absl::IsCancelled(ReadSweepData(spec, {}, stop).status())) << spec.DebugString();
    EXPECT_EQ(pieces, 2);
  }
}

TEST_F(SweepDataTest, CutsEverySetToItsLimit) {
  v1::DataSpec spec;
  spec.mutable_train()->mutable_synthetic_digits()->set_samples(40);
  spec.mutable_train()->mutable_synthetic_digits()->set_writers(2);
  spec.mutable_train()->mutable_synthetic_digits()->set_size(12);
  spec.mutable_train()->set_limit(15);
  const auto data = ReadSweepData(spec, {});
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
  EXPECT_TRUE(ReadSweepData(spec, {}).ok());
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

TEST_F(SweepDataTest, RefusesClassesWithoutRowsUnlessTheyAreMeant) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n1,1\n2,2\n4,3\n2,4\n");
  EXPECT_THAT(Error(spec),
              HasSubstr("data.train: row 2 has the label 4, but no row has the label 0;"
                        " number classes from 0 without gaps, or set data.classes"));
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n65535,3\n");
  EXPECT_THAT(Error(spec), HasSubstr("row 2 has the label 65535, but no row has the label 2;"));
  spec.set_classes(5);
  *spec.mutable_train() = Csv("train.csv", "label,p\n1,1\n3,2\n");
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 5u);
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
  const auto data = ReadSweepData(spec, {});
  EXPECT_EQ(data.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(data.status().message()),
              AllOf(HasSubstr("data.train"), HasSubstr("absent.csv")));
}

TEST_F(SweepDataTest, DigestDependsOnContentOnly) {
  const std::string text = "label,p\n0,1\n1,2\n";
  v1::DataSpec spec;
  const auto digest = [&](const v1::DatasetSpec& train) {
    *spec.mutable_train() = train;
    return ReadSweepData(spec, {})->find("train")->sha256;
  };
  const std::string plain = digest(Csv("a.csv", text));
  EXPECT_EQ(plain.size(), 64u);
  EXPECT_EQ(plain, digest(Csv("b.csv", "p,label\r\n1,0\r\n2,1\r\n")));
  EXPECT_NE(plain, digest(Csv("c.csv", "label,p\n0,1\n1,3\n")));
  EXPECT_NE(plain, digest(Csv("d.csv", "label,p\n1,1\n0,2\n")));
  EXPECT_NE(digest(Folder("pets", {"cat", "dog"})), digest(Folder("beasts", {"cat", "fox"})));
  spec.mutable_groups()->set_rows_per_group(1);
  EXPECT_NE(plain, digest(Csv("a.csv", text)));
}

TEST_F(SweepDataTest, CallsAClassTheSameInEverySet) {
  v1::DataSpec spec;
  *spec.mutable_train() = Folder("train", {"cat", "dog", "fox"});
  *spec.mutable_test() = Folder("test", {"fox"});
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 3u);
  EXPECT_THAT(data->find("test")->labels, ElementsAre(2));
  EXPECT_THAT(data->find("test")->class_names, ElementsAre("cat", "dog", "fox"));
  *spec.mutable_test() = Folder("wrong", {"fox", "zebra"});
  EXPECT_THAT(Error(spec),
              AllOf(HasSubstr("data.test: its class 'zebra'"), HasSubstr("(cat, dog, fox)")));
  *spec.mutable_test() = Csv("test.csv", "label,p\n1,7\n");
  EXPECT_THAT(Error(spec), HasSubstr("data.test: its class '1'"));
  spec.clear_test();
  spec.set_classes(4);
  EXPECT_THAT(Error(spec), AllOf(HasSubstr("data.classes is 4"), HasSubstr("3 class folders")));
}

TEST_F(SweepDataTest, ReadsFoldersNamedByTheNumbersOfClasses) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n10,3\n");
  spec.set_classes(11);
  *spec.mutable_test() = Folder("test", {"1", "10"});
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_THAT(data->find("test")->labels, ElementsAre(1, 10));
  EXPECT_THAT(data->find("test")->class_names, IsEmpty());
  *spec.mutable_test() = Folder("wrong", {"1", "one"});
  EXPECT_THAT(Error(spec), HasSubstr("data.test: its class 'one'"));
}

TEST_F(SweepDataTest, FindsClassesThatAreNamedByNumbersInAnyForm) {
  v1::DataSpec spec;
  *spec.mutable_train() = Folder("train", {"01", "02", "10"});
  *spec.mutable_test() = Csv("test.csv", "label,p\n10,7\n1,8\n");
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_THAT(data->find("test")->labels, ElementsAre(2, 0));
  EXPECT_THAT(data->find("test")->class_names, ElementsAre("01", "02", "10"));
  *spec.mutable_test() = Csv("test.csv", "label,p\n0,7\n");
  EXPECT_THAT(Error(spec), HasSubstr("data.test: its class '0' is none"));
  // Which "1" is it?
  *spec.mutable_train() = Folder("twofold", {"01", "001"});
  *spec.mutable_test() = Folder("test", {"1"});
  EXPECT_THAT(Error(spec), HasSubstr("data.test: its class '1' is none"));
  *spec.mutable_test() = Folder("exact", {"01"});
  EXPECT_THAT(ReadSweepData(spec, {})->find("test")->labels, ElementsAre(1));
}

TEST_F(SweepDataTest, AppendsMergedSetsWithTheirOrigins) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n");
  Merge("more", Folder("more", {"1"}), spec);
  Merge("most", Csv("most.csv", "label,p\n0,9\n"), spec);
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  const Dataset& train = *data->find("train");
  EXPECT_EQ(train.rows, 4);
  EXPECT_THAT(train.pixels, ElementsAre(1, 2, 0, 9));
  EXPECT_THAT(train.labels, ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(train.ids, ElementsAre("0", "1", "1/x.png", "0"));
  EXPECT_THAT(train.origins, ElementsAre("train", "more", "most"));
  EXPECT_THAT(train.origin_of_rows, ElementsAre(0, 0, 1, 2));
  v1::DataSpec renamed = spec;
  renamed.mutable_merge(1)->set_key("other");
  EXPECT_NE(train.sha256, ReadSweepData(renamed, {})->find("train")->sha256);
}

TEST_F(SweepDataTest, NamesTheMergedSetThatDoesNotFit) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n");
  const auto error = [&](const v1::DatasetSpec& more) {
    v1::DataSpec with_more = spec;
    Merge("more", more, with_more);
    return Error(with_more);
  };
  EXPECT_THAT(error(Csv("a.csv", "label,a,b,c,d\n1,1,2,3,4\n")),
              AllOf(HasSubstr("data.merge[more]"), HasSubstr("2x2x1")));
  EXPECT_THAT(error(Csv("b.csv", "label,p\n2,1\n")),
              AllOf(HasSubstr("data.merge[more]: row 0 has the label 2"), HasSubstr("2 classes")));
  EXPECT_THAT(error(Csv("c.csv", "p\n2\n", "")), HasSubstr("data.merge[more] has no labels"));
}

TEST_F(SweepDataTest, CutsGroupsOfMergedSets) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,w,p\n0,zoe,1\n1,adam,2\n1,zoe,3\n");
  Merge("more", Csv("more.csv", "label,w,p\n0,eve,1\n0,adam,2\n"), spec);
  const auto groups = [&] {
    const auto data = ReadSweepData(spec, {});
    EXPECT_TRUE(data.ok()) << data.status();
    return data->find("train")->groups;
  };
  spec.mutable_groups()->set_column("w");
  EXPECT_THAT(groups(), ElementsAre(0, 1, 0, 2, 1));
  *spec.mutable_train() = Csv("train.csv", "label,p\n0,1\n1,2\n1,3\n");
  *spec.mutable_merge(0)->mutable_dataset() = Csv("more.csv", "label,p\n0,1\n0,2\n");
  spec.mutable_groups()->set_rows_per_group(2);
  EXPECT_THAT(groups(), ElementsAre(0, 0, 1, 2, 2));
  spec.mutable_groups()->mutable_origin();
  EXPECT_THAT(groups(), ElementsAre(0, 0, 0, 1, 1));
  spec.mutable_groups()->set_file(files_.Write("groups.txt", "zoe\nadam\r\n zoe\nzoe \t\neve"));
  EXPECT_THAT(groups(), ElementsAre(0, 1, 0, 0, 2));
  files_.Write("groups.txt", "zoe\nadam\nzoe\nzoe\n");
  EXPECT_THAT(Error(spec), AllOf(HasSubstr("data.groups.file"), HasSubstr("groups.txt has 4 lines"),
                                 HasSubstr("5 training rows")));
  files_.Write("groups.txt", "writer\nzoe\nadam\nzoe\nzoe\neve\n");
  EXPECT_THAT(Error(spec), HasSubstr("groups.txt:6: more lines than the 5 training rows"));
  files_.Write("groups.txt", "zoe\n \nadam\nzoe\nzoe\n");
  EXPECT_THAT(Error(spec), HasSubstr("groups.txt:2: an empty line"));
  spec.clear_merge();
  spec.mutable_groups()->mutable_origin();
  EXPECT_THAT(Error(spec), HasSubstr("data.groups.origin"));
}

TEST_F(SweepDataTest, TakesPredefinedFoldsFromAColumnOfEachSetOrFromAFile) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,fold,p\n0,7,1\n1,-1,2\n1,0,3\n");
  spec.mutable_train()->set_limit(2);
  Merge("more", Csv("more.csv", "label,fold,p\n0, 3 ,9\n"), spec);
  predefined_.set_column("fold");
  const auto by_column = ReadSweepData(spec, predefined_);
  ASSERT_TRUE(by_column.ok()) << by_column.status();
  EXPECT_THAT(by_column->find("train")->predefined_folds, ElementsAre(7, -1, 3));
  EXPECT_THAT(by_column->find("train")->pixels, ElementsAre(1, 2, 9));

  Csv("train.csv", "label,p\n0,1\n1,2\n1,3\n");
  Csv("more.csv", "label,p\n0,9\n");
  predefined_.set_file(files_.Write("folds.txt", "7\r\n-1\n3"));
  const auto by_file = ReadSweepData(spec, predefined_);
  ASSERT_TRUE(by_file.ok()) << by_file.status();
  EXPECT_THAT(by_file->find("train")->predefined_folds, ElementsAre(7, -1, 3));
  EXPECT_EQ(by_file->find("train")->sha256, by_column->find("train")->sha256);
  files_.Write("folds.txt", "7\n-1\n2\n");
  EXPECT_NE(ReadSweepData(spec, predefined_)->find("train")->sha256,
            by_file->find("train")->sha256);
}

TEST_F(SweepDataTest, LeavesColumnsOfTheTrainingRowsAsideInOtherSets) {
  const std::string text = "label,w,fold,p\n0,zoe,1,5\n1,,none,6\n";
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,w,fold,p\n0,zoe,0,1\n1,adam,1,2\n");
  *spec.mutable_test() = Csv("test.csv", text);
  auto* extra = spec.add_extra();
  extra->set_key("dig");
  *extra->mutable_dataset() = Csv("dig.csv", "label,p\n1,8\n");
  spec.mutable_groups()->set_column("w");
  predefined_.set_column("fold");
  const auto data = ReadSweepData(spec, predefined_);
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_THAT(data->find("test")->pixels, ElementsAre(5, 6));
  EXPECT_THAT(data->find("test")->groups, IsEmpty());
  EXPECT_THAT(data->find("test")->predefined_folds, IsEmpty());
  EXPECT_THAT(data->find("dig")->pixels, ElementsAre(8));
}

TEST_F(SweepDataTest, NamesTheLineOfAPredefinedFoldThatIsNone) {
  v1::DataSpec spec;
  *spec.mutable_train() = Csv("train.csv", "label,fold,p\n0,7,1\n1,,2\n");
  predefined_.set_column("fold");
  EXPECT_THAT(Error(spec), HasSubstr("train.csv:3: column 'fold': '' is not a fold: a whole number "
                                     "from 0, or -1 for none"));
  predefined_.set_column("label");
  EXPECT_THAT(Error(spec),
              HasSubstr("cross_validation.predefined.column) has another use already"));
  *spec.mutable_train() = Folder("train", {"cat", "dog"});
  EXPECT_THAT(Error(spec), HasSubstr("'label' needs a CSV file"));
  for (const char* bad : {"-2", "1.0", "one", "2147483648"}) {
    predefined_.set_file(files_.Write("folds.txt", absl::StrCat("0\n", bad, "\n")));
    EXPECT_THAT(Error(spec), AllOf(HasSubstr("cross_validation.predefined.file"),
                                   HasSubstr(absl::StrCat("folds.txt:2: '", bad, "' is not"))));
  }
  files_.Write("folds.txt", "0\n");
  EXPECT_THAT(Error(spec), HasSubstr("folds.txt has 1 lines for 2 training rows"));
  files_.Write("folds.txt", "0\n1\n1\n");
  EXPECT_THAT(Error(spec), HasSubstr("folds.txt:3: more lines than the 2 training rows"));
}

}  // namespace
}  // namespace pleat
