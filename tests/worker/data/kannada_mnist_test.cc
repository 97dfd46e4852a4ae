// The real Kannada-MNIST files, which are not in the repository. PLEAT_KANNADA_DIR names their
// folder; without it, ../shared/data/kannada-mnist beside the sources is tried.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "worker/data/sweep_data.h"

namespace pleat {
namespace {

std::string KannadaFolder() {
  const char* folder = std::getenv("PLEAT_KANNADA_DIR");
  return folder != nullptr ? folder
                           : std::string(PLEAT_SOURCE_DIR) + "/../shared/data/kannada-mnist";
}

v1::DatasetSpec IdxFiles(const std::string& name) {
  v1::DatasetSpec spec;
  const std::string folder = KannadaFolder();
  spec.mutable_idx()->set_images(folder + "/X_" + name + "-idx3-ubyte.gz");
  spec.mutable_idx()->set_labels(folder + "/y_" + name + "-idx1-ubyte.gz");
  return spec;
}

TEST(KannadaMnist, ReadsTheOfficialFiles) {
  if (!std::filesystem::is_directory(KannadaFolder())) {
    GTEST_SKIP() << "NO DATA: " << KannadaFolder() << " is missing; set PLEAT_KANNADA_DIR";
  }
  v1::DataSpec spec;
  *spec.mutable_train() = IdxFiles("kannada_MNIST_train");
  *spec.mutable_test() = IdxFiles("kannada_MNIST_test");
  auto* extra = spec.add_extra();
  extra->set_key("dig");
  *extra->mutable_dataset() = IdxFiles("dig_MNIST");
  spec.mutable_groups()->set_rows_per_group(1280);
  const auto data = ReadSweepData(spec, {});
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->classes, 10u);
  const Dataset& train = *data->find("train");
  EXPECT_EQ(train.rows, 60000);
  EXPECT_EQ(train.height, 28);
  EXPECT_EQ(train.groups.back(), 46);
  for (int64_t row = 0; row < train.rows; ++row) ASSERT_EQ(train.labels[row], row % 10);
  EXPECT_EQ(data->find("test")->rows, 10000);
  EXPECT_EQ(data->find("dig")->rows, 10240);
}

}  // namespace
}  // namespace pleat
