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
  MoveDataRoot("/node/data", &spec);
  EXPECT_EQ(spec.root(), "/node/data");
  EXPECT_EQ(spec.train().idx().images(), "/node/data/x.gz");
  EXPECT_EQ(spec.train().idx().labels(), "/elsewhere/y.gz");
  EXPECT_EQ(spec.test().csv().path(), "/node/data/sub/test.csv");
  EXPECT_EQ(spec.extra(0).dataset().csv().path(), "/laptop/data2/dig.csv");
  EXPECT_EQ(spec.merge(0).dataset().image_folder().path(), "/node/data");
  EXPECT_EQ(spec.groups().file(), "/node/data/writers.txt");
}

TEST(DataPaths, ClearsThePathsOnly) {
  v1::DataSpec spec;
  spec.set_root("/laptop/data");
  spec.mutable_train()->mutable_image_folder()->set_path("/laptop/data/x");
  spec.mutable_train()->mutable_image_folder()->set_channels("rgb");
  ClearPaths(&spec);
  EXPECT_FALSE(spec.has_root());
  EXPECT_FALSE(spec.train().image_folder().has_path());
  EXPECT_EQ(spec.train().image_folder().channels(), "rgb");
}

}  // namespace
}  // namespace pleat
