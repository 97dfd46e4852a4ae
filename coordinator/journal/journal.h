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

// Records of all sweeps and studies as they are stored, for those who keep or copy them.
struct RecordPage {
  std::vector<std::string> bodies;  // serialized JournalRecords
  uint64_t next = 0;                // where the next page begins
  bool is_last = false;             // there are no more at this moment
};

// Not thread-safe: used by the coordinator's loop only.
class Journal {
 public:
  using ApplyRecord = std::function<absl::Status(const v1::JournalRecord&)>;

  virtual ~Journal() = default;

  // Calls `apply` for every record with sequence >= `from` in order; stops at the first error.
  // DATA_LOSS: the journal is damaged. What it gives is durable, also where the process that wrote
  // it died before it had made it so.
  virtual absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) = 0;
  absl::Status Replay(const ApplyRecord& apply) { return ReplayFrom(0, apply); }
  // Appends all records in one transaction; on OK they survive kill -9 and power loss. A
  // record of a removal also deletes the earlier ones of that sweep or study. After an error the
  // process must end: what is in memory is ahead.
  virtual absl::Status Commit(std::span<const v1::JournalRecord> records) = 0;
  // At most `limit` records of an owner with sequence >= `from`, in order.
  virtual absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& owner,
                                                              uint64_t from, size_t limit) = 0;
  // Records of all owners with sequence >= `from`, in order, up to about `bytes`.
  virtual absl::StatusOr<RecordPage> ReadPage(uint64_t from, size_t bytes) = 0;
  // Whether the record of this sequence number is there: it was not dropped with its owner.
  virtual absl::StatusOr<bool> Has(uint64_t sequence) = 0;
};

// Whose records one is kept with: the sweep's name, or "study/" and the study's; empty: the
// coordinator's own.
std::string JournalOwner(const v1::JournalRecord& record);
// True if the record tells that its owner was removed.
bool TellsOfRemoval(const v1::JournalRecord& record);

// Opens (or creates) `<state_dir>/journal.db` and holds `<state_dir>/lock` as long as it lives.
// FAILED_PRECONDITION: another coordinator uses the folder.
absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& state_dir);

// A journal in memory, for tests.
std::unique_ptr<Journal> NewMemoryJournal();

}  // namespace pleat
