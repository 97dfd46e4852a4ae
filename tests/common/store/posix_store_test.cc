#include "common/store/posix_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class PosixStoreTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = OpenPosixStore(folder_.path().string(), /*create=*/true).value();
};

TEST_F(PosixStoreTest, FindsAFlippedByte) {
  const v1::Artifact artifact = store_->Write("a/b", "abc").value();
  PutFile(folder_ / "a/b", "abd");
  const absl::Status status = store_->Read(artifact).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("a/b"));
}

TEST_F(PosixStoreTest, LeavesNoTemporaryFileBehind) {
  ASSERT_TRUE(store_->Write("a/b", "abc").ok());
  ASSERT_TRUE(store_->Write("a/b", "abc").ok());
  ASSERT_FALSE(store_->Write("a/b", "other").ok());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "a")) {
    EXPECT_EQ(entry.path().filename(), "b");
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(PosixStoreTest, ATornTemporaryFileIsInvisibleAndInNobodysWay) {
  std::filesystem::create_directory(folder_ / "a");
  // What processes that died in the middle of a write may have left, under this one's number too.
  for (int i = 0; i < 100; ++i) {
    PutFile(folder_ / ("a/.tmp-" + std::to_string(getpid()) + "-" + std::to_string(i)), "to");
  }
  EXPECT_TRUE(absl::IsNotFound(store_->ReadUnchecked("a/b", 10).status()));
  ASSERT_TRUE(store_->Write("a/b", "whole").ok());
  EXPECT_EQ(store_->ReadUnchecked("a/b", 10).value(), "whole");
  ASSERT_TRUE(store_->Remove("a").ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
}

TEST_F(PosixStoreTest, RemovesLeftoversAndNothingElse) {
  TemporaryFolder outside;
  PutFile(outside / ".tmp-1-1", "mine");
  ASSERT_TRUE(store_->Write("a/b/c", "abc").ok());
  ASSERT_TRUE(store_->Write("d/e", "e").ok());
  for (const char* left : {"a/.tmp-1-1", "a/b/.tmp-2-2", "d/.tmp-3-3"})
    PutFile(folder_ / left, "to");
  std::filesystem::create_symlink(outside.path(), folder_ / "a/way_out");
  ASSERT_TRUE(store_->RemoveLeftovers("a").ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/.tmp-1-1"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a/b/.tmp-2-2"));
  EXPECT_EQ(store_->ReadUnchecked("a/b/c", 10).value(), "abc");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "d/.tmp-3-3")) << "not below the folder";
  EXPECT_TRUE(std::filesystem::exists(outside / ".tmp-1-1")) << "links are not followed";
  EXPECT_TRUE(store_->RemoveLeftovers("absent").ok());
}

TEST_F(PosixStoreTest, FollowsNoLinkOutOfTheRoot) {
  TemporaryFolder outside;
  PutFile(outside / "secret", "s");
  std::filesystem::create_symlink(outside.path(), folder_ / "way_out");
  std::filesystem::create_symlink(outside / "secret", folder_ / "file");
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked("way_out/secret", 10).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked("file", 10).status()));
  EXPECT_TRUE(absl::IsDataLoss(store_->List("way_out").status()));
  EXPECT_TRUE(absl::IsDataLoss(store_->Write("way_out/new", "x").status()));
  EXPECT_FALSE(std::filesystem::exists(outside / "new"));
}

TEST_F(PosixStoreTest, ListsLinksAsFilesAndLeftoversToo) {
  TemporaryFolder outside;
  ASSERT_TRUE(store_->Write("a/b/c", "abc").ok());
  std::filesystem::create_symlink(outside.path(), folder_ / "a/way_out");
  PutFile(folder_ / "a/.tmp-1-1", "half");
  const std::vector<StoreEntry> entries = store_->List("a").value();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0], (StoreEntry{".tmp-1-1", false, 4}));
  EXPECT_EQ(entries[1], (StoreEntry{"b", true, 0}));
  EXPECT_EQ(entries[2].name, "way_out");
  EXPECT_FALSE(entries[2].is_folder);
}

TEST_F(PosixStoreTest, RemovesLinksAndNotWhatTheyPointTo) {
  TemporaryFolder outside;
  PutFile(outside / "kept", "k");
  std::filesystem::create_directory(folder_ / "a");
  std::filesystem::create_symlink(outside.path(), folder_ / "a/way_out");
  ASSERT_TRUE(store_->Remove("a").ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
  EXPECT_EQ(GetFile(outside / "kept"), "k");
}

TEST_F(PosixStoreTest, APipeNeitherHangsNorReads) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked("pipe", 10).status()));
}

TEST_F(PosixStoreTest, RefusesAFileWhereAFolderShouldBe) {
  ASSERT_TRUE(store_->Write("a", "x").ok());
  EXPECT_TRUE(absl::IsDataLoss(store_->Write("a/b", "x").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked("a/b", 10).status()));
}

}  // namespace
}  // namespace pleat
