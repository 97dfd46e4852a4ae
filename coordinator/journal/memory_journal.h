// The journal of tests.
#pragma once

#include <map>

#include "coordinator/journal/journal.h"

namespace pleat {

// Keeps the records in memory, with the semantics of the durable one.
class MemoryJournal final : public Journal {
 public:
  absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) override;
  absl::Status Commit(std::span<const v1::JournalRecord> records) override;
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& owner, uint64_t from,
                                                      size_t limit) override;
  absl::StatusOr<RecordPage> ReadPage(uint64_t from, size_t bytes) override;
  absl::StatusOr<bool> Has(uint64_t sequence) override { return records_.contains(sequence); }

 private:
  std::map<uint64_t, v1::JournalRecord> records_;  // by sequence
};

}  // namespace pleat
