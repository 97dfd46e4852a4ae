// A thin layer over SQLite's C interface: handles that close themselves, errors as Status.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// A prepared statement, made once and run many times. Parameters and columns count from 0. Must not
// outlive its database.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  // The bytes must stay as they are until the next Reset.
  void Bind(int parameter, std::string_view bytes);
  void BindBlob(int parameter, std::string_view bytes);
  void Bind(int parameter, int64_t value);

  // True: a row is there to be read. False: the statement is done.
  absl::StatusOr<bool> Step();
  // Ready to be bound and run again.
  void Reset();
  // Runs a statement that gives no rows, and resets it.
  absl::Status Run();

  int64_t Int64(int column) const;
  // Valid until the next Step or Reset.
  std::string_view Blob(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// One connection. Not thread-safe.
//
// Errors: RESOURCE_EXHAUSTED the disk is full; DATA_LOSS the file is damaged or is no database;
// FAILED_PRECONDITION another program has it open; PERMISSION_DENIED it cannot be opened or
// written; INTERNAL anything else.
class SqliteDatabase {
 public:
  // Opens the file, or creates it.
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path);

  // Runs statements that give no rows.
  absl::Status Execute(const char* sql);
  absl::StatusOr<SqliteStatement> Prepare(const char* sql);
  // The number a statement gives: `PRAGMA user_version`.
  absl::StatusOr<int64_t> ReadNumber(const char* sql);
  // Pages in the write-ahead log after the last commit. Whoever asks sees to the log's checkpoints:
  // SQLite's own are off.
  int64_t LogPages() const { return *log_pages_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
  };
  explicit SqliteDatabase(sqlite3* database);

  // Outlives the connection, which writes it.
  std::unique_ptr<int64_t> log_pages_ = std::make_unique<int64_t>(0);
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace pleat
