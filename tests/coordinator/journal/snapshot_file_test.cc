#include "coordinator/journal/snapshot_file.h"

#include <gtest/gtest.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

v1::StateSnapshot Sample(uint64_t sequence) {
  v1::StateSnapshot snapshot;
  snapshot.set_sequence(sequence);
  snapshot.set_store_uuid("store-1");
  return snapshot;
}

TEST(SnapshotFile, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const auto taken = WriteSnapshot(folder.path(), Sample(7));
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(taken->sequence(), 7);
  const auto snapshot = ReadSnapshot(folder.path(), *taken);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->SerializeAsString(), Sample(7).SerializeAsString());
}

TEST(SnapshotFile, IsRefusedWhenAnyBitOrItsEndHasChanged) {
  const TemporaryFolder folder;
  const auto taken = WriteSnapshot(folder.path(), Sample(7));
  ASSERT_TRUE(taken.ok()) << taken.status();
  const std::string whole = GetFile(folder / taken->file());
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    PutFile(folder / taken->file(), bytes);
    EXPECT_TRUE(absl::IsDataLoss(ReadSnapshot(folder.path(), *taken).status())) << bit;
  }
  PutFile(folder / taken->file(), whole.substr(1));
  EXPECT_TRUE(absl::IsDataLoss(ReadSnapshot(folder.path(), *taken).status()));
  std::filesystem::remove(folder / taken->file());
  EXPECT_TRUE(absl::IsNotFound(ReadSnapshot(folder.path(), *taken).status()));
}

TEST(SnapshotFile, OthersAreRemovedAndNothingElse) {
  const TemporaryFolder folder;
  const auto first = WriteSnapshot(folder.path(), Sample(7));
  const auto second = WriteSnapshot(folder.path(), Sample(8));
  ASSERT_TRUE(first.ok() && second.ok());
  PutFile(folder / "journal.db", "here");
  RemoveSnapshotsBut(folder.path(), second->file());
  EXPECT_TRUE(absl::IsNotFound(ReadSnapshot(folder.path(), *first).status()));
  EXPECT_TRUE(ReadSnapshot(folder.path(), *second).ok());
  EXPECT_EQ(GetFile(folder / "journal.db"), "here");
}

}  // namespace
}  // namespace pleat
