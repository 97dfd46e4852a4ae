#include "common/store/disk_space.h"

#include <gtest/gtest.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

TEST(DiskSpace, IsThatOfTheFoldersDisk) {
  const TemporaryFolder folder;
  const auto space = SpaceOfFolder(folder.path().string());
  ASSERT_TRUE(space.ok()) << space.status();
  EXPECT_GT(space->total_bytes, 0);
  EXPECT_LE(space->free_bytes, space->total_bytes);
  EXPECT_TRUE(absl::IsNotFound(SpaceOfFolder((folder / "none").string()).status()));
}

}  // namespace
}  // namespace pleat
