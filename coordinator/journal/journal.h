// The journal: what has been acknowledged. One process owns it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/journal.pb.h"

namespace pleat {

// Not thread-safe: used by the coordinator's loop only.
class Journal {
 public:
  virtual ~Journal() = default;

  // Calls `apply` for every record in order; stops at the first error. DATA_LOSS: the journal is
  // damaged. FAILED_PRECONDITION: another format version. What it gives is durable, also where the
  // process that wrote it died before it had made it so.
  virtual absl::Status Replay(
      const std::function<absl::Status(const v1::JournalRecord&)>& apply) = 0;
  // Appends all records in one transaction; on OK they survive kill -9 and power loss. A
  // record of a removal also deletes the earlier ones of that sweep or study. After an error the
  // process must end: what is in memory is ahead.
  virtual absl::Status Commit(std::span<const v1::JournalRecord> records) = 0;
  // At most `limit` records of a sweep with sequence >= `from`, in order.
  virtual absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& sweep,
                                                              uint64_t from, size_t limit) = 0;
};

// Whose records one is kept with: the sweep's name, or "study/" and the study's.
std::string JournalOwner(const v1::JournalRecord& record);
// True if the record tells that its owner was removed.
bool TellsOfRemoval(const v1::JournalRecord& record);

// Opens (or creates) `<state_dir>/journal.db` and holds `<state_dir>/lock` as long as it lives.
// FAILED_PRECONDITION: another coordinator uses the folder.
absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& state_dir);

// A journal in memory, for tests.
std::unique_ptr<Journal> NewMemoryJournal();

}  // namespace pleat
