#include "coordinator/journal/sqlite_journal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr int64_t kApplicationId = 0x504c4541;  // "PLEA"
constexpr int64_t kFormatVersion = 1;

// EXCLUSIVE before WAL: then the log's index lives in this process's memory, and no second
// connection can run into SQLite's WAL-reset bug. FULL: the log is synced at every commit.
constexpr char kOpening[] =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;";

// Syncs what a killed process has left in the write-ahead log: it reads as committed, though its
// last frames may lie in the system's cache alone, and what is answered from it must not be lost.
constexpr char kSettling[] = "PRAGMA wal_checkpoint(TRUNCATE);";

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(
      "journal ", path, " cannot be read: ", what,
      "; put back a copy of the state folder, or start anew with an empty --state folder (finished "
      "files in the store stay as they are)"));
}

// SQLite's message, with the way out when the file itself is at fault.
absl::Status Explain(const absl::Status& status, const std::string& path) {
  if (status.code() == absl::StatusCode::kDataLoss) return Damaged(path, status.message());
  if (status.code() == absl::StatusCode::kResourceExhausted) {
    return absl::ResourceExhaustedError(
        absl::StrCat("no space left for the journal ", path, "; free space there and start again"));
  }
  return Annotate(status, "journal");
}

absl::Status CreateTables(SqliteDatabase& database) {
  const std::string schema = absl::StrCat(
      "BEGIN IMMEDIATE;"
      "CREATE TABLE record (sequence INTEGER PRIMARY KEY, sweep TEXT NOT NULL, "
      "body BLOB NOT NULL);"
      "CREATE INDEX record_by_sweep ON record (sweep, sequence);"
      "PRAGMA application_id = ",
      kApplicationId, "; PRAGMA user_version = ", kFormatVersion, "; COMMIT;");
  return database.Execute(schema.c_str());
}

// Makes the tables in a new file; refuses a file that is not a journal of this version.
absl::Status CheckFormat(SqliteDatabase& database, const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(const int64_t application, database.ReadNumber("PRAGMA application_id"));
  PLEAT_ASSIGN_OR_RETURN(const int64_t version, database.ReadNumber("PRAGMA user_version"));
  PLEAT_ASSIGN_OR_RETURN(const int64_t tables,
                         database.ReadNumber("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return CreateTables(database);
  if (application != kApplicationId) {
    return Damaged(path, "it is a database of another program");
  }
  if (version != kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "journal ", path, " has format version ", version, ", this program knows version ",
        kFormatVersion,
        "; use the program that wrote it, or start anew with an empty --state folder"));
  }
  return absl::OkStatus();
}

}  // namespace

SqliteJournal::SqliteJournal(std::string path, std::unique_ptr<StateLock> lock,
                             SqliteDatabase database)
    : path_(std::move(path)), lock_(std::move(lock)), database_(std::move(database)) {}

absl::StatusOr<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(const std::string& state_dir) {
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<StateLock> lock, StateLock::Acquire(state_dir));
  const std::string path = absl::StrCat(state_dir, "/journal.db");
  absl::StatusOr<SqliteDatabase> database = SqliteDatabase::Open(path);
  if (!database.ok()) return Explain(database.status(), path);
  std::unique_ptr<SqliteJournal> journal(
      new SqliteJournal(path, std::move(lock), std::move(database).value()));
  PLEAT_RETURN_IF_ERROR(Explain(journal->Prepare(), path));
  return journal;
}

absl::Status SqliteJournal::Prepare() {
  PLEAT_RETURN_IF_ERROR(database_.Execute(kOpening));
  PLEAT_RETURN_IF_ERROR(CheckFormat(database_, path_));
  PLEAT_RETURN_IF_ERROR(database_.Execute(kSettling));
  const auto prepare = [this](SqliteStatement& statement, const char* sql) -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(statement, database_.Prepare(sql));
    return absl::OkStatus();
  };
  PLEAT_RETURN_IF_ERROR(prepare(begin_, "BEGIN IMMEDIATE"));
  PLEAT_RETURN_IF_ERROR(prepare(commit_, "COMMIT"));
  PLEAT_RETURN_IF_ERROR(prepare(rollback_, "ROLLBACK"));
  PLEAT_RETURN_IF_ERROR(
      prepare(insert_, "INSERT INTO record (sequence, sweep, body) VALUES (?, ?, ?)"));
  PLEAT_RETURN_IF_ERROR(
      prepare(delete_sweep_, "DELETE FROM record WHERE sweep = ? AND sequence < ?"));
  PLEAT_RETURN_IF_ERROR(prepare(all_, "SELECT sequence, body FROM record ORDER BY sequence"));
  return prepare(of_sweep_,
                 "SELECT sequence, body FROM record WHERE sweep = ? AND sequence >= ? "
                 "ORDER BY sequence LIMIT ?");
}

absl::StatusOr<v1::JournalRecord> SqliteJournal::Parse(const SqliteStatement& row) const {
  const std::string_view body = row.Blob(1);
  v1::JournalRecord record;
  if (!record.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
      static_cast<int64_t>(record.sequence()) != row.Int64(0)) {
    return Damaged(path_, absl::StrCat("record ", row.Int64(0), " is not a record"));
  }
  return record;
}

absl::Status SqliteJournal::Replay(
    const std::function<absl::Status(const v1::JournalRecord&)>& apply) {
  while (true) {
    const absl::StatusOr<bool> has_row = all_.Step();
    if (!has_row.ok()) return Explain(has_row.status(), path_);
    if (!*has_row) break;
    absl::StatusOr<v1::JournalRecord> record = Parse(all_);
    const absl::Status status = record.ok() ? apply(*record) : record.status();
    if (!status.ok()) {
      all_.Reset();
      return status;
    }
  }
  all_.Reset();
  return absl::OkStatus();
}

absl::Status SqliteJournal::Append(const v1::JournalRecord& record) {
  const auto sequence = static_cast<int64_t>(record.sequence());
  const std::string owner = JournalOwner(record);
  if (TellsOfRemoval(record)) {
    delete_sweep_.Bind(0, owner);
    delete_sweep_.Bind(1, sequence);
    PLEAT_RETURN_IF_ERROR(delete_sweep_.Run());
  }
  const std::string body = record.SerializeAsString();
  insert_.Bind(0, sequence);
  insert_.Bind(1, owner);
  insert_.BindBlob(2, body);
  return insert_.Run();
}

absl::Status SqliteJournal::Commit(std::span<const v1::JournalRecord> records) {
  absl::Status status = begin_.Run();
  for (const v1::JournalRecord& record : records) {
    if (status.ok()) status = Append(record);
  }
  if (status.ok()) status = commit_.Run();
  if (status.ok()) return status;
  // Some errors have ended the transaction already; then this one fails too, which is fine.
  rollback_.Run().IgnoreError();
  return Explain(status, path_);
}

absl::StatusOr<std::vector<v1::JournalRecord>> SqliteJournal::Read(const std::string& sweep,
                                                                   uint64_t from, size_t limit) {
  of_sweep_.Bind(0, sweep);
  of_sweep_.Bind(1, static_cast<int64_t>(from));
  of_sweep_.Bind(2, static_cast<int64_t>(limit));
  std::vector<v1::JournalRecord> records;
  absl::Status status;
  while (status.ok()) {
    const absl::StatusOr<bool> has_row = of_sweep_.Step();
    if (!has_row.ok()) return Explain(has_row.status(), path_);
    if (!*has_row) break;
    absl::StatusOr<v1::JournalRecord> record = Parse(of_sweep_);
    if (record.ok()) records.push_back(std::move(record).value());
    status = record.status();
  }
  of_sweep_.Reset();
  PLEAT_RETURN_IF_ERROR(status);
  return records;
}

absl::StatusOr<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& state_dir) {
  return SqliteJournal::Open(state_dir);
}

}  // namespace pleat
