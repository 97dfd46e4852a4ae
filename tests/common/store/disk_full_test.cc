#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>

#include "common/store/atomic_file.h"
#include "common/store/store.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// A file system of 64 KiB.
class DiskFullTest : public testing::Test {
 protected:
  void SetUp() override {
    if (mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
      GTEST_SKIP() << "cannot mount a small file system here: " << std::strerror(errno);
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }

  TemporaryFolder folder_;
  bool mounted_ = false;
};

TEST_F(DiskFullTest, AWriteThatDoesNotFitSaysSoAndLeavesNothing) {
  const auto store = OpenPosixStore(folder_.path().string(), /*create=*/true);
  ASSERT_TRUE(store.ok()) << store.status();
  const uint64_t free_before = (*store)->Space()->free_bytes;
  const absl::Status status = (*store)->Write("big", std::string(1 << 20, 'x')).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("free space"));
  EXPECT_EQ((*store)->Space()->free_bytes, free_before);
  EXPECT_TRUE(absl::IsNotFound((*store)->ReadUnchecked("big", 1 << 20).status()));
  EXPECT_TRUE((*store)->Write("small", "fits").ok());
}

TEST_F(DiskFullTest, AReplacementThatDoesNotFitKeepsTheOldFile) {
  const std::string path = (folder_ / "file").string();
  ASSERT_TRUE(WriteFileAtomically(path, "old").ok());
  EXPECT_TRUE(absl::IsResourceExhausted(WriteFileAtomically(path, std::string(1 << 20, 'x'))));
  EXPECT_EQ(GetFile(path), "old");
}

}  // namespace
}  // namespace pleat
