// What every store promises, in memory or on disk.
#include "common/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "common/store/checksum.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

enum class Kind { kMemory, kPosix };

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    store_ = GetParam() == Kind::kMemory
                 ? NewMemoryStore()
                 : OpenPosixStore(folder_.path().string(), /*create=*/true).value();
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, testing::Values(Kind::kMemory, Kind::kPosix),
                         [](const auto& kind) {
                           return kind.param == Kind::kMemory ? "Memory" : "Posix";
                         });

TEST_P(StoreTest, ReadsBackWhatWasWritten) {
  const std::string bytes("a\0b\n", 4);
  const auto artifact = store_->Write("sweeps/s/oof.npy", bytes);
  ASSERT_TRUE(artifact.ok()) << artifact.status();
  EXPECT_EQ(artifact->path(), "sweeps/s/oof.npy");
  EXPECT_EQ(artifact->size(), 4u);
  EXPECT_EQ(artifact->sha256(), Sha256Hex(bytes));
  EXPECT_EQ(store_->Read(*artifact).value(), bytes);
  EXPECT_EQ(store_->ReadUnchecked("sweeps/s/oof.npy", 4).value(), bytes);
}

TEST_P(StoreTest, TakesTheSameBytesAgainAndRefusesOthers) {
  ASSERT_TRUE(store_->Write("a", "one").ok());
  EXPECT_TRUE(store_->Write("a", "one").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Write("a", "two").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(store_->Write("a", "longer").status()));
  EXPECT_EQ(store_->ReadUnchecked("a", 100).value(), "one");
}

TEST_P(StoreTest, SaysDataLossWhenTheBytesAreNotTheArtifacts) {
  v1::Artifact artifact = store_->Write("a", "one").value();
  artifact.set_sha256(Sha256Hex("two"));
  EXPECT_TRUE(absl::IsDataLoss(store_->Read(artifact).status()));
  artifact = store_->Write("a", "one").value();
  artifact.set_size(uint64_t{1} << 60);
  EXPECT_TRUE(absl::IsDataLoss(store_->Read(artifact).status()));
}

TEST_P(StoreTest, SaysNotFoundWhenAbsent) {
  v1::Artifact artifact;
  artifact.set_path("no/such");
  EXPECT_TRUE(absl::IsNotFound(store_->Read(artifact).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->ReadUnchecked("none", 10).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->ReadRange("none", 0, 10).status()));
}

TEST_P(StoreTest, RefusesFilesLargerThanAllowed) {
  ASSERT_TRUE(store_->Write("a", "12345").ok());
  EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked("a", 4).status()));
}

TEST_P(StoreTest, ReadsRangesThatEndWithTheFile) {
  ASSERT_TRUE(store_->Write("a", "0123456789").ok());
  EXPECT_EQ(store_->ReadRange("a", 2, 3).value(), "234");
  EXPECT_EQ(store_->ReadRange("a", 8, UINT64_MAX).value(), "89");
  EXPECT_EQ(store_->ReadRange("a", 10, 5).value(), "");
  EXPECT_TRUE(absl::IsOutOfRange(store_->ReadRange("a", 11, 1).status()));
}

TEST_P(StoreTest, RefusesPathsThatAreNotBelowTheRoot) {
  using std::string_literals::operator""s;
  for (const std::string& path : {""s, "/"s, "/etc/passwd"s, ".."s, "a/../b"s, "../a"s, "a/.."s,
                                  "a//b"s, "a/"s, "."s, "./a"s, "a\0b"s, "a/.tmp-1-2"s}) {
    SCOPED_TRACE(path);
    v1::Artifact artifact;
    artifact.set_path(path);
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Write(path, "x").status()));
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Read(artifact).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadUnchecked(path, 1).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(store_->ReadRange(path, 0, 1).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(store_->List(path).status()));
    EXPECT_TRUE(absl::IsInvalidArgument(store_->Remove(path)));
  }
}

TEST_P(StoreTest, RefusesPathsThatNoSystemCallTakes) {
  std::string path = "a";
  while (path.size() + 20 <= 1'024) path += "/" + std::string(19, 'b');
  const auto written = store_->Write(path, "x");
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_TRUE(store_->Read(*written).ok());
  while (path.size() <= 4'200) path += "/" + std::string(19, 'b');
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Write(path, "x").status()));
}

TEST_P(StoreTest, RemovesAFileOrAFolderAndNothingBeside) {
  for (const char* path : {"s/a/1", "s/a/b/2", "s/ab", "s/c"}) {
    ASSERT_TRUE(store_->Write(path, "x").ok());
  }
  EXPECT_TRUE(store_->Remove("s/a").ok());
  EXPECT_TRUE(store_->Remove("s/c").ok());
  EXPECT_TRUE(store_->Remove("s/c").ok());
  EXPECT_TRUE(store_->Remove("no/such/folder").ok());
  EXPECT_TRUE(absl::IsNotFound(store_->ReadUnchecked("s/a/b/2", 1).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->ReadUnchecked("s/c", 1).status()));
  EXPECT_TRUE(store_->ReadUnchecked("s/ab", 1).ok());
}

TEST_P(StoreTest, ListsAFolderByName) {
  for (const char* path : {"s/b/1", "s/b/2", "s/a.txt", "s/b.txt", "t"}) {
    ASSERT_TRUE(store_->Write(path, "123").ok());
  }
  EXPECT_THAT(store_->List("s").value(),
              testing::ElementsAre(StoreEntry{"a.txt", false, 3}, StoreEntry{"b", true, 0},
                                   StoreEntry{"b.txt", false, 3}));
  EXPECT_THAT(store_->List("s/c").value(), testing::IsEmpty());
  EXPECT_TRUE(absl::IsDataLoss(store_->List("s/a.txt").status()));
}

TEST_P(StoreTest, OneOfManyWritersOfANameWins) {
  std::atomic<int> winners{0};
  std::atomic<int> losers{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i, &winners, &losers] {
      const absl::Status written = store_->Write("deep/er/a", std::to_string(i)).status();
      if (written.ok()) ++winners;
      if (absl::IsAlreadyExists(written)) ++losers;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(losers, 7);
}

TEST_P(StoreTest, KnowsItsSpace) {
  const StoreSpace space = store_->Space().value();
  EXPECT_GT(space.free_bytes, 0u);
  EXPECT_GE(space.total_bytes, space.free_bytes);
}

}  // namespace
}  // namespace pleat
