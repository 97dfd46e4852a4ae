#include "coordinator/journal/sqlite_journal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/protections.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"

namespace pleat {
namespace {

constexpr int64_t kApplicationId = 0x504c4541;  // "PLEA"
constexpr int64_t kFormatVersion = 2;
// Pages of 4 KiB: the log is moved to the database beyond so many; so many may stay free in the
// database, and so many are given back with a commit.
constexpr int64_t kLongLogPages = 1000;
constexpr int64_t kKeptFreePages = 1000;

// FULL: the log is synced at every commit. The log is moved to the database by us, since SQLite
// says nothing when its own checkpoint fails.
constexpr char kOpening[] =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 67108864;";
// For a test build that must be seen to lose something.
constexpr char kNotSyncing[] = "PRAGMA synchronous = OFF;";

// Syncs what a killed process has left in the write-ahead log: it reads as committed, though its
// last frames may lie in the system's cache alone, and what is answered from it must not be lost.
constexpr char kSettling[] = "PRAGMA wal_checkpoint(TRUNCATE);";

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "journal ", path, " cannot be used: ", what,
      "; restore a backup with `pleat restore`, put back a copy of the state folder, or start anew "
      "with an empty --state folder (finished files in the store stay as they are)"));
}

// SQLite's message, with the way out when the file itself is at fault.
absl::Status Explain(const absl::Status& status, const std::string& path) {
  if (status.code() == absl::StatusCode::kDataLoss) return Damaged(path, status.message());
  if (status.code() == absl::StatusCode::kResourceExhausted) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no space left for the journal ", path, "; free space there and start again"));
  }
  if (status.code() == absl::StatusCode::kPermissionDenied) {
    return absl::PermissionDeniedError(
        absl::StrCat("the journal ", std::string(status.message()),
                     "; let this user write it and its folder, or choose another --state folder"));
  }
  return Annotate(status, "journal");
}

absl::Status CreateTables(SqliteDatabase& database) {
  const std::string schema = absl::StrCat(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE record (sequence INTEGER PRIMARY KEY, sweep TEXT NOT NULL, "
      "body BLOB NOT NULL, checksum INTEGER NOT NULL DEFAULT 0);"
      "CREATE INDEX record_by_sweep ON record (sweep, sequence);"
      "PRAGMA application_id = ",
      kApplicationId, "; PRAGMA user_version = ", kFormatVersion, "; COMMIT;");
  return database.Execute(schema.c_str());
}

// Format 1 lacks the checksums, and so whatever damage it has stays unseen once more.
absl::Status BringFromFormat1(SqliteDatabase& database) {
  PLEAT_RETURN_IF_ERROR(database.Execute(
      "BEGIN IMMEDIATE; ALTER TABLE record ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;"));
  PLEAT_ASSIGN_OR_RETURN(SqliteStatement rows,
                         database.Prepare("SELECT sequence, body FROM record"));
  PLEAT_ASSIGN_OR_RETURN(SqliteStatement set,
                         database.Prepare("UPDATE record SET checksum = ? WHERE sequence = ?"));
  while (true) {
    PLEAT_ASSIGN_OR_RETURN(const bool has_row, rows.Step());
    if (!has_row) break;
    set.Bind(0, int64_t{Crc32(rows.Blob(1))});
    set.Bind(1, rows.Int64(0));
    PLEAT_RETURN_IF_ERROR(set.Run());
  }
  return database.Execute(
      absl::StrCat("PRAGMA user_version = ", kFormatVersion, "; COMMIT;").c_str());
}

// Makes the tables in a new file, brings an older format to this one; refuses a file that is not a
// journal that this program knows.
absl::Status CheckFormat(SqliteDatabase& database, const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(const int64_t application, database.ReadNumber("PRAGMA application_id"));
  PLEAT_ASSIGN_OR_RETURN(const int64_t version, database.ReadNumber("PRAGMA user_version"));
  PLEAT_ASSIGN_OR_RETURN(const int64_t tables,
                         database.ReadNumber("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return CreateTables(database);
  if (application != kApplicationId) {
    return absl::DataLossError("it is a database of another program");
  }
  if (version == 1) return BringFromFormat1(database);
  if (version != kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " has format version ", version, ", this program knows versions up to ",
        kFormatVersion,
        "; use the program that wrote it, or start anew with an empty --state folder"));
  }
  return absl::OkStatus();
}

// A sum over records, so their order does not matter.
void AddTo(uint64_t& digest, std::string_view owner, int64_t sequence) {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  uint64_t bits = static_cast<uint64_t>(sequence) * kOdd ^ Crc32(owner);
  bits = (bits ^ (bits >> 29)) * kOdd;
  digest += bits ^ (bits >> 32);
}

}  // namespace

SqliteJournal::SqliteJournal(std::string path, std::unique_ptr<StateLock> lock, CommitMark mark,
                             SqliteDatabase database)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      mark_(std::move(mark)),
      database_(std::move(database)) {}

absl::StatusOr<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(const std::string& state_dir) {
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<StateLock> lock, StateLock::Acquire(state_dir));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.after_lock"));
  PLEAT_ASSIGN_OR_RETURN(CommitMark mark, CommitMark::Open(state_dir));
  const std::string path = absl::StrCat(state_dir, "/journal.db");
  absl::StatusOr<SqliteDatabase> database = SqliteDatabase::Open(path);
  if (!database.ok()) return Explain(database.status(), path);
  std::unique_ptr<SqliteJournal> journal(
      new SqliteJournal(path, std::move(lock), std::move(mark), std::move(database).value()));
  PLEAT_RETURN_IF_ERROR(Explain(journal->Prepare(), path));
  PLEAT_RETURN_IF_ERROR(journal->CheckEnd());
  return journal;
}

absl::Status SqliteJournal::Prepare() {
  // Before anything looks into the file: then the log's index lives in this process's memory, and
  // no second connection can run into SQLite's WAL-reset bug.
  PLEAT_RETURN_IF_ERROR(database_.Execute("PRAGMA locking_mode = EXCLUSIVE"));
  PLEAT_ASSIGN_OR_RETURN(const int64_t pages, database_.ReadNumber("PRAGMA page_count"));
  // Only a new file can be told; an old one would be written to, which a full disk does not allow.
  if (pages == 0) {
    PLEAT_RETURN_IF_ERROR(database_.Execute("PRAGMA auto_vacuum = INCREMENTAL"));
  }
  PLEAT_RETURN_IF_ERROR(database_.Execute(kOpening));
  if (!IsOn(Protection::kSync)) PLEAT_RETURN_IF_ERROR(database_.Execute(kNotSyncing));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.start.before_tables"));
  PLEAT_RETURN_IF_ERROR(CheckFormat(database_, path_));
  // Also where there is no space to move the log: it is synced before.
  const absl::Status settled =
      IsOn(Protection::kSettling) ? database_.Execute(kSettling) : absl::OkStatus();
  if (!settled.ok() && !absl::IsResourceExhausted(settled)) return settled;
  return PrepareStatements();
}

absl::Status SqliteJournal::PrepareStatements() {
  const std::pair<SqliteStatement*, const char*> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&rollback_, "ROLLBACK"},
      {&insert_, "INSERT INTO record (sequence, sweep, body, checksum) VALUES (?, ?, ?, ?)"},
      {&delete_owner_, "DELETE FROM record WHERE sweep = ? AND sequence < ?"},
      {&from_,
       "SELECT sequence, body, checksum, sweep FROM record WHERE sequence >= ? ORDER BY sequence"},
      {&of_owner_,
       "SELECT sequence, body, checksum, sweep FROM record WHERE sweep = ? AND sequence >= ? "
       "ORDER BY sequence LIMIT ?"},
      {&has_, "SELECT 1 FROM record WHERE sequence = ?"},
      {&last_, "SELECT max(sequence) FROM record"},
      {&next_owner_, "SELECT min(sweep) FROM record WHERE sweep > ?"},
      {&entries_,
       "SELECT sequence FROM record INDEXED BY record_by_sweep "
       "WHERE sweep = ? AND sequence >= ?"},
      {&free_pages_, "PRAGMA freelist_count"},
      {&shrink_, "PRAGMA incremental_vacuum(64)"},
      {&checkpoint_, "PRAGMA wal_checkpoint(PASSIVE)"},
  };
  for (const auto& [statement, sql] : statements) {
    absl::StatusOr<SqliteStatement> prepared = database_.Prepare(sql);
    // Names that are not there: what the file says of its tables is not what was written.
    if (absl::IsInternal(prepared.status())) {
      return absl::DataLossError(prepared.status().message());
    }
    PLEAT_RETURN_IF_ERROR(prepared.status());
    *statement = *std::move(prepared);
  }
  return absl::OkStatus();
}

absl::Status SqliteJournal::CheckEnd() {
  const absl::StatusOr<bool> has_row = last_.Step();
  if (!has_row.ok()) return Explain(has_row.status(), path_);
  const auto last = static_cast<uint64_t>(last_.Int64(0));
  last_.Reset();
  if (last >= mark_.sequence()) return absl::OkStatus();
  return Damaged(path_,
                 absl::StrCat("it ends with record ", last, ", but record ", mark_.sequence(),
                              " was committed (if an older copy was put here on purpose, remove ",
                              mark_.path(), ")"));
}

absl::StatusOr<std::string_view> SqliteJournal::BodyOf(const SqliteStatement& row) const {
  const std::string_view body = row.Blob(1);
  // Zeros would be an empty record with the checksum of nothing.
  if (!body.empty() && int64_t{Crc32(body)} == row.Int64(2)) return body;
  return Damaged(path_, absl::StrCat("the bytes of record ", row.Int64(0), " have changed"));
}

absl::Status SqliteJournal::Parse(const SqliteStatement& row, v1::JournalRecord& record) const {
  PLEAT_ASSIGN_OR_RETURN(const std::string_view body, BodyOf(row));
  if (!record.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
      static_cast<int64_t>(record.sequence()) != row.Int64(0) ||
      JournalOwner(record) != row.Blob(3)) {
    return Damaged(path_, absl::StrCat("record ", row.Int64(0), " is not a record"));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> SqliteJournal::DigestOfIndex(uint64_t from) {
  uint64_t digest = 0;
  std::string owner;
  for (bool is_owner = true; is_owner;) {
    entries_.Bind(0, owner);
    entries_.Bind(1, static_cast<int64_t>(from));
    while (true) {
      PLEAT_ASSIGN_OR_RETURN(const bool has_row, entries_.Step());
      if (!has_row) break;
      AddTo(digest, owner, entries_.Int64(0));
    }
    entries_.Reset();
    next_owner_.Bind(0, owner);
    PLEAT_RETURN_IF_ERROR(next_owner_.Step().status());
    std::string next(next_owner_.Blob(0));
    next_owner_.Reset();
    is_owner = next > owner;  // the minimum of nothing is empty
    owner = std::move(next);
  }
  return digest;
}

absl::Status SqliteJournal::ReplayFrom(uint64_t from, const ApplyRecord& apply) {
  uint64_t digest = 0;
  v1::JournalRecord record;
  absl::Status status;
  from_.Bind(0, static_cast<int64_t>(from));
  while (status.ok()) {
    const absl::StatusOr<bool> has_row = from_.Step();
    if (!has_row.ok()) return Explain(has_row.status(), path_);
    if (!*has_row) break;
    status = Parse(from_, record);
    if (status.ok()) status = apply(record);
    AddTo(digest, from_.Blob(3), from_.Int64(0));
  }
  from_.Reset();
  PLEAT_RETURN_IF_ERROR(status);
  const absl::StatusOr<uint64_t> expected = DigestOfIndex(from);
  if (!expected.ok()) return Explain(expected.status(), path_);
  if (digest != *expected) return Damaged(path_, "its table and its index hold other records");
  return absl::OkStatus();
}

absl::Status SqliteJournal::Append(const v1::JournalRecord& record) {
  const auto sequence = static_cast<int64_t>(record.sequence());
  const std::string owner = JournalOwner(record);
  if (TellsOfRemoval(record)) {
    delete_owner_.Bind(0, owner);
    delete_owner_.Bind(1, sequence);
    PLEAT_RETURN_IF_ERROR(delete_owner_.Run());
  }
  const std::string body = record.SerializeAsString();
  insert_.Bind(0, sequence);
  insert_.Bind(1, owner);
  insert_.BindBlob(2, body);
  insert_.Bind(3, int64_t{Crc32(body)});
  return insert_.Run();
}

absl::Status SqliteJournal::Shrink() {
  PLEAT_RETURN_IF_ERROR(free_pages_.Step().status());
  const bool is_due = free_pages_.Int64(0) > kKeptFreePages;
  free_pages_.Reset();
  while (is_due) {
    PLEAT_ASSIGN_OR_RETURN(const bool has_more, shrink_.Step());
    if (!has_more) break;
  }
  shrink_.Reset();
  return absl::OkStatus();
}

absl::Status SqliteJournal::Transact(std::span<const v1::JournalRecord> records) {
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.commit.before_begin"));
  PLEAT_RETURN_IF_ERROR(begin_.Run());
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.commit.after_begin"));
  for (const v1::JournalRecord& record : records) PLEAT_RETURN_IF_ERROR(Append(record));
  PLEAT_RETURN_IF_ERROR(Shrink());
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.commit.before_end"));
  return commit_.Run();
}

absl::Status SqliteJournal::Checkpoint() {
  if (database_.LogPages() < kLongLogPages) return absl::OkStatus();
  PLEAT_RETURN_IF_ERROR(checkpoint_.Step().status());
  checkpoint_.Reset();
  return absl::OkStatus();
}

absl::Status SqliteJournal::Commit(std::span<const v1::JournalRecord> records) {
  PLEAT_RETURN_IF_ERROR(failed_);
  if (records.empty()) return absl::OkStatus();
  absl::Status status = Transact(records);
  // Some errors have ended the transaction already; then this one fails too, which is fine.
  if (!status.ok()) rollback_.Run().IgnoreError();
  if (status.ok()) status = FailPoint("coordinator.commit.after_end");
  if (status.ok()) {
    mark_.Set(records.back().sequence());
    status = Checkpoint();
  }
  failed_ = Explain(status, path_);
  return failed_;
}

absl::StatusOr<std::vector<v1::JournalRecord>> SqliteJournal::Read(const std::string& owner,
                                                                   uint64_t from, size_t limit) {
  of_owner_.Bind(0, owner);
  of_owner_.Bind(1, static_cast<int64_t>(from));
  of_owner_.Bind(2, static_cast<int64_t>(limit));
  std::vector<v1::JournalRecord> records;
  absl::Status status;
  while (status.ok()) {
    const absl::StatusOr<bool> has_row = of_owner_.Step();
    if (!has_row.ok()) return Explain(has_row.status(), path_);
    if (!*has_row) break;
    status = Parse(of_owner_, records.emplace_back());
  }
  of_owner_.Reset();
  PLEAT_RETURN_IF_ERROR(status);
  return records;
}

absl::StatusOr<RecordPage> SqliteJournal::ReadPage(uint64_t from, size_t bytes) {
  RecordPage page{.bodies = {}, .next = from, .is_last = false};
  absl::Status status;
  from_.Bind(0, static_cast<int64_t>(from));
  for (size_t taken = 0; status.ok() && taken < bytes;) {
    const absl::StatusOr<bool> has_row = from_.Step();
    if (!has_row.ok()) return Explain(has_row.status(), path_);
    page.is_last = !*has_row;
    if (page.is_last) break;
    const absl::StatusOr<std::string_view> body = BodyOf(from_);
    status = body.status();
    if (!status.ok()) break;
    page.bodies.emplace_back(*body);
    page.next = static_cast<uint64_t>(from_.Int64(0)) + 1;
    taken += body->size();
  }
  from_.Reset();
  PLEAT_RETURN_IF_ERROR(status);
  return page;
}

absl::StatusOr<bool> SqliteJournal::Has(uint64_t sequence) {
  has_.Bind(0, static_cast<int64_t>(sequence));
  const absl::StatusOr<bool> has_row = has_.Step();
  if (!has_row.ok()) return Explain(has_row.status(), path_);
  has_.Reset();
  return *has_row;
}

absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& state_dir) {
  return SqliteJournal::Open(state_dir);
}

}  // namespace pleat
