#include "common/config/data_paths.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(DataPaths, MovesThePathsBelowTheRootToAnother) {
  v1::DataSpec spec;
  spec.set_root("/laptop/data");
  spec.mutable_train()->mutable_idx()->set_images("/laptop/data/x.gz");
  spec.mutable_train()->mutable_idx()->set_labels("/elsewhere/y.gz");
  spec.mutable_test()->mutable_csv()->set_path("/laptop/data/sub/test.csv");
  spec.add_extra()->mutable_dataset()->mutable_csv()->set_path("/laptop/data2/dig.csv");
  spec.add_merge()->mutable_dataset()->mutable_image_folder()->set_path("/laptop/data");
  spec.mutable_groups()->set_file("/laptop/data/writers.txt");
  v1::PredefinedSplitSpec predefined;
  predefined.set_file("/laptop/data/folds.txt");
  MoveDataRoot("/node/data", &spec, &predefined);
  EXPECT_EQ(spec.root(), "/node/data");
  EXPECT_EQ(spec.train().idx().images(), "/node/data/x.gz");
  EXPECT_EQ(spec.train().idx().labels(), "/elsewhere/y.gz");
  EXPECT_EQ(spec.test().csv().path(), "/node/data/sub/test.csv");
  EXPECT_EQ(spec.extra(0).dataset().csv().path(), "/laptop/data2/dig.csv");
  EXPECT_EQ(spec.merge(0).dataset().image_folder().path(), "/node/data");
  EXPECT_EQ(spec.groups().file(), "/node/data/writers.txt");
  EXPECT_EQ(predefined.file(), "/node/data/folds.txt");
}

TEST(DataPaths, MakesPathsAbsoluteAgainstTheRoot) {
  v1::SweepSpec spec;
  spec.mutable_data()->set_root("data");
  spec.mutable_data()->mutable_train()->mutable_csv()->set_path("train.csv");
  spec.mutable_cross_validation()->mutable_predefined()->set_file("../folds.txt");
  MakePathsAbsolute("/sweeps", &spec);
  EXPECT_EQ(spec.data().root(), "/sweeps/data");
  EXPECT_EQ(spec.data().train().csv().path(), "/sweeps/data/train.csv");
  EXPECT_EQ(spec.cross_validation().predefined().file(), "/sweeps/folds.txt");
}

TEST(DataPaths, ClearsThePathsOnly) {
  v1::SweepSpec spec;
  v1::DataSpec& data = *spec.mutable_data();
  data.set_root("/laptop/data");
  data.mutable_train()->mutable_image_folder()->set_path("/laptop/data/x");
  data.mutable_train()->mutable_image_folder()->set_channels("rgb");
  spec.mutable_cross_validation()->mutable_predefined()->set_file("/laptop/data/folds.txt");
  ClearPaths(&spec);
  EXPECT_FALSE(data.has_root());
  EXPECT_FALSE(data.train().image_folder().has_path());
  EXPECT_EQ(data.train().image_folder().channels(), "rgb");
  EXPECT_FALSE(spec.cross_validation().predefined().has_file());
}

}  // namespace
}  // namespace pleat
