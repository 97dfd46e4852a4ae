#include "coordinator/journal/sqlite_database.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

absl::StatusCode CodeOf(sqlite3* database) {
  const int system_error = sqlite3_system_errno(database);
  switch (sqlite3_errcode(database) & 0xff) {
    case SQLITE_FULL:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
      // The write-ahead log reports a full disk as a failed write.
      return system_error == ENOSPC || system_error == EDQUOT ? absl::StatusCode::kResourceExhausted
                                                              : absl::StatusCode::kInternal;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kFailedPrecondition;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::Status ErrorOf(sqlite3* database) {
  const char* file = sqlite3_db_filename(database, "main");
  return absl::Status(CodeOf(database), absl::StrCat(file == nullptr ? "database" : file, ": ",
                                                     sqlite3_errmsg(database)));
}

}  // namespace

void SqliteStatement::Bind(int parameter, std::string_view bytes) {
  sqlite3_bind_text64(statement_.get(), parameter + 1, bytes.data(), bytes.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void SqliteStatement::BindBlob(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter + 1, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void SqliteStatement::Bind(int parameter, int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter + 1, value);
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const absl::Status error = ErrorOf(sqlite3_db_handle(statement_.get()));
  Reset();
  return error;
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

absl::Status SqliteStatement::Run() {
  PLEAT_RETURN_IF_ERROR(Step().status());
  Reset();
  return absl::OkStatus();
}

int64_t SqliteStatement::Int64(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::Blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(data), static_cast<size_t>(size)};
}

SqliteDatabase::SqliteDatabase(sqlite3* database) : database_(database) {
  const auto note = [](void* log_pages, sqlite3*, const char*, int pages) {
    *static_cast<int64_t*>(log_pages) = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.get(), note, log_pages_.get());
}

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  SqliteDatabase database(handle);
  if (code != SQLITE_OK) return ErrorOf(handle);
  return database;
}

absl::Status SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) {
    return absl::OkStatus();
  }
  return ErrorOf(database_.get());
}

absl::StatusOr<SqliteStatement> SqliteDatabase::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return ErrorOf(database_.get());
  }
  return SqliteStatement(statement);
}

absl::StatusOr<int64_t> SqliteDatabase::ReadNumber(const char* sql) {
  PLEAT_ASSIGN_OR_RETURN(SqliteStatement statement, Prepare(sql));
  PLEAT_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  if (!has_row) return absl::InternalError(absl::StrCat("no result of: ", sql));
  return statement.Int64(0);
}

}  // namespace pleat
