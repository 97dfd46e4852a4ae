#include "tests/simulation/simulated_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace pleat::simulation {
namespace {

using testing::ElementsAre;

std::vector<v1::JournalRecord> Records(uint64_t first, uint64_t count) {
  std::vector<v1::JournalRecord> records(count);
  for (uint64_t i = 0; i < count; ++i) {
    records[i].set_sequence(first + i);
    records[i].mutable_hold_changed()->set_reason("the disk is short of space, and so we wait");
  }
  return records;
}

absl::StatusOr<std::vector<uint64_t>> Replayed(SimulatedDisk& disk) {
  std::vector<uint64_t> sequences;
  const absl::Status status = SimulatedJournal(disk).Replay([&](const v1::JournalRecord& record) {
    sequences.push_back(record.sequence());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return sequences;
}

TEST(SimulatedJournal, KeepsWhatWasCommittedWhenPowerGoes) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    for (int calls = 0; calls <= 4; ++calls) {
      Dice dice(seed);
      SimulatedDisk disk;
      SimulatedJournal journal(disk);
      ASSERT_TRUE(journal.Commit(Records(1, 3)).ok());
      disk.DieAfterCalls(calls);
      const bool is_committed = journal.Commit(Records(4, 2)).ok();
      EXPECT_EQ(is_committed, calls == 4);
      disk.LosePower(dice);
      const auto replayed = Replayed(disk);
      ASSERT_TRUE(replayed.ok()) << replayed.status();
      // All of a transaction or nothing.
      ASSERT_TRUE(replayed->size() == 5 || (replayed->size() == 3 && !is_committed));
    }
  }
}

TEST(SimulatedJournal, NoticesEveryFlippedBitBeforeTheLastTransaction) {
  SimulatedDisk disk;
  SimulatedJournal journal(disk);
  ASSERT_TRUE(journal.Commit(Records(1, 2)).ok());
  ASSERT_TRUE(journal.Commit(Records(3, 1)).ok());
  ASSERT_GT(journal.settled_bytes(), 0u);
  for (size_t bit = 0; bit < journal.settled_bytes() * 8; ++bit) {
    disk.FlipBit(bit);
    EXPECT_TRUE(absl::IsDataLoss(Replayed(disk).status())) << bit;
    disk.FlipBit(bit);
  }
  EXPECT_THAT(*Replayed(disk), ElementsAre(1, 2, 3));
}

TEST(SimulatedJournal, RefusesToCommitOnAFullDiskAndLosesNothing) {
  SimulatedDisk disk;
  SimulatedJournal journal(disk);
  ASSERT_TRUE(journal.Commit(Records(1, 1)).ok());
  disk.set_full(true);
  EXPECT_TRUE(absl::IsResourceExhausted(journal.Commit(Records(2, 1))));
  EXPECT_THAT(*Replayed(disk), ElementsAre(1));
}

}  // namespace
}  // namespace pleat::simulation
