// The durable journal: one SQLite file.
//
//   <state>/lock          held by flock; see state_lock.h
//   <state>/journal.db    application_id "PLEA", user_version = format version
//   <state>/journal.db-wal
//     record(sequence INTEGER PRIMARY KEY, sweep TEXT, body BLOB, checksum INTEGER)
//     record_by_sweep(sweep, sequence)
//   <state>/journal.mark  see commit_mark.h
//
// `sweep` is the record's JournalOwner, `body` a JournalRecord, `checksum` the body's
// CRC-32. Format 1 had no checksums; it is brought to format 2 when it is opened.
//
// SQLite has no checksums of its own but in the write-ahead log, so damage is found by ours: a body
// that changed, by its checksum; a row or an index entry that vanished or changed, by comparing the
// rows with the index; an end that vanished, by the commit mark.
#pragma once

#include <memory>
#include <string>

#include "coordinator/journal/commit_mark.h"
#include "coordinator/journal/journal.h"
#include "coordinator/journal/sqlite_database.h"
#include "coordinator/journal/state_lock.h"

namespace pleat {

// One connection in exclusive mode with a write-ahead log, synced at every commit: a Commit that
// returned OK survives kill -9 and power loss, one that did not has left nothing behind. After an
// error of Commit, be it of a write or of an fsync, no further one is tried: the kernel may have
// dropped what it could not write, and a second fsync would say that all is well.
class SqliteJournal final : public Journal {
 public:
  // Opens or creates the journal. Besides the codes of OpenSqliteJournal: DATA_LOSS the file is
  // damaged, is no journal, or has lost its end; FAILED_PRECONDITION it has another format version.
  static absl::StatusOr<std::unique_ptr<SqliteJournal>> Open(const std::string& state_dir);

  absl::Status ReplayFrom(uint64_t from, const ApplyRecord& apply) override;
  absl::Status Commit(std::span<const v1::JournalRecord> records) override;
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string& owner, uint64_t from,
                                                      size_t limit) override;
  absl::StatusOr<RecordPage> ReadPage(uint64_t from, size_t bytes) override;
  absl::StatusOr<bool> Has(uint64_t sequence) override;

 private:
  SqliteJournal(std::string path, std::unique_ptr<StateLock> lock, CommitMark mark,
                SqliteDatabase database);

  absl::Status Prepare();
  absl::Status PrepareStatements();
  // DATA_LOSS: the journal ends before the commit mark.
  absl::Status CheckEnd();
  // What the index knows of the records from a sequence number on.
  absl::StatusOr<uint64_t> DigestOfIndex(uint64_t from);
  absl::Status Append(const v1::JournalRecord& record);
  absl::Status Transact(std::span<const v1::JournalRecord> records);
  // Gives free pages back to the disk, a few at a time.
  absl::Status Shrink();
  // Moves what is in the log to the database when it is long.
  absl::Status Checkpoint();
  // A row's body, whose checksum holds.
  absl::StatusOr<std::string_view> BodyOf(const SqliteStatement& row) const;
  absl::Status Parse(const SqliteStatement& row, v1::JournalRecord& record) const;

  // Destroyed in reverse order: statements, database, lock.
  const std::string path_;
  std::unique_ptr<StateLock> lock_;
  CommitMark mark_;
  SqliteDatabase database_;
  SqliteStatement begin_, commit_, rollback_, insert_, delete_owner_, from_, of_owner_, has_, last_,
      next_owner_, entries_, free_pages_, shrink_, checkpoint_;
  absl::Status failed_;  // the first error of Commit
};

}  // namespace pleat
