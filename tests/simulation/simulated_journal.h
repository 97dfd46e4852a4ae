// The journal on a simulated disk.
#pragma once

#include "coordinator/journal/journal.h"
#include "tests/simulation/simulated_disk.h"

namespace pleat::simulation {

// Transactions with a length and a checksum, one after another. What follows the last whole one is
// what a crash has left of another, and is cut off; a damaged one before is DATA_LOSS. Records of
// removed sweeps stay on the disk but are not replayed, as if they were deleted.
class SimulatedJournal final : public Journal {
 public:
  // `disk` must outlive it.
  explicit SimulatedJournal(SimulatedDisk& disk) : disk_(disk) {}

  absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) override;
  absl::Status Commit(std::span<const v1::JournalRecord> records) override;
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& sweep, uint64_t from,
                                                      size_t limit) override;
  absl::StatusOr<RecordPage> ReadPage(uint64_t from, size_t bytes) override;
  absl::StatusOr<bool> Has(uint64_t sequence) override;

  // Size in bytes of what all transactions but the last take, after the last Replay or Commit: a
  // flipped bit in there cannot be taken for the end of a write.
  size_t settled_bytes() const { return settled_; }

 private:
  absl::StatusOr<std::vector<v1::JournalRecord>> ReadAll();

  SimulatedDisk& disk_;
  size_t last_begin_ = 0;
  size_t settled_ = 0;
};

}  // namespace pleat::simulation
