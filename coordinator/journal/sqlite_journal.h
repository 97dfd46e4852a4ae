// The durable journal: one SQLite file.
//
//   <state>/lock          held by flock; see state_lock.h
//   <state>/journal.db    application_id "PLEA", user_version = format version
//   <state>/journal.db-wal
//     record(sequence INTEGER PRIMARY KEY, sweep TEXT, body BLOB)   body: a JournalRecord
//     record_by_sweep(sweep, sequence)
//
// `sweep` is the record's JournalOwner.
#pragma once

#include <memory>
#include <string>

#include "coordinator/journal/journal.h"
#include "coordinator/journal/sqlite_database.h"
#include "coordinator/journal/state_lock.h"

namespace pleat {

// One connection in exclusive mode with a write-ahead log, synced at every commit: a Commit that
// returned OK survives kill -9 and power loss, one that did not has left nothing behind.
class SqliteJournal final : public Journal {
 public:
  // Opens or creates the journal. Besides the codes of OpenSqliteJournal: DATA_LOSS the file is
  // damaged or is no journal; FAILED_PRECONDITION it has another format version.
  static absl::StatusOr<std::unique_ptr<SqliteJournal>> Open(const std::string& state_dir);

  absl::Status Replay(const std::function<absl::Status(const v1::JournalRecord&)>& apply) override;
  absl::Status Commit(std::span<const v1::JournalRecord> records) override;
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& sweep, uint64_t from,
                                                      size_t limit) override;

 private:
  SqliteJournal(std::string path, std::unique_ptr<StateLock> lock, SqliteDatabase database);

  absl::Status Prepare();
  absl::Status Append(const v1::JournalRecord& record);
  absl::StatusOr<v1::JournalRecord> Parse(const SqliteStatement& row) const;

  // Destroyed in reverse order: statements, database, lock.
  const std::string path_;
  std::unique_ptr<StateLock> lock_;
  SqliteDatabase database_;
  SqliteStatement begin_, commit_, rollback_, insert_, delete_sweep_, all_, of_sweep_;
};

}  // namespace pleat
