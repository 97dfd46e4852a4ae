// The journal of tests.
#pragma once

#include <map>

#include "coordinator/journal/journal.h"

namespace pleat {

// Keeps the records in memory, with the semantics of the durable one.
class MemoryJournal final : public Journal {
 public:
  absl::Status Replay(const std::function<absl::Status(const v1::JournalRecord&)>& apply) override;
  absl::Status Commit(std::span<const v1::JournalRecord> records) override;
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& sweep, uint64_t from,
                                                      size_t limit) override;

 private:
  std::map<uint64_t, v1::JournalRecord> records_;  // by sequence
};

}  // namespace pleat
