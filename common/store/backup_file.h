// The file of a backup, as `pleat backup` writes it and `pleat-coordinator restore` reads it.
//
//   "PLEAT BACKUP 1\n"
//   then for each message: u32 size, u32 CRC-32 (both little-endian), a BackupResponse; the last
//   one has `end`, and nothing follows it
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Writes a backup beside its name, and gives it the name when it is whole; what is not finished is
// removed again. Not thread-safe.
class BackupWriter {
 public:
  // ALREADY_EXISTS: there is a file of this name; it is never replaced.
  static absl::StatusOr<BackupWriter> Create(const std::string& path);
  BackupWriter(BackupWriter&&) = default;
  ~BackupWriter();

  absl::Status Add(const v1::BackupResponse& message);
  // Makes the file durable under its name. DATA_LOSS: the end is missing.
  absl::Status Finish();

  // What is there so far; the end's numbers once it came.
  uint64_t bytes() const { return bytes_; }
  const v1::BackupEnd& end() const { return end_; }

 private:
  BackupWriter(std::string path, std::ofstream file);

  std::string path_;
  std::ofstream file_;
  uint64_t bytes_ = 0;
  uint64_t records_ = 0;
  v1::BackupEnd end_;
};

class BackupReader {
 public:
  // NOT_FOUND, …: it cannot be opened. INVALID_ARGUMENT: it is no backup. FAILED_PRECONDITION: of
  // another format.
  static absl::StatusOr<BackupReader> Open(const std::string& path);

  // The next message; the last one has `end`. DATA_LOSS: the file is damaged or cut off.
  absl::StatusOr<v1::BackupResponse> Next();

 private:
  BackupReader(std::string path, std::ifstream file)
      : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  std::ifstream file_;
  uint64_t records_ = 0;
};

}  // namespace pleat
