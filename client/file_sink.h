// Files that arrive in chunks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/store/checksum.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Writes the chunks of GetEnsemble into a folder, one file after another; each is synced and
// checked against its SHA-256 when it is complete.
class FileSink {
 public:
  explicit FileSink(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // DATA_LOSS: the chunks are no whole file. INVALID_ARGUMENT: a name that leads out of the folder.
  // PERMISSION_DENIED, RESOURCE_EXHAUSTED, …: the file cannot be written.
  absl::Status Take(const v1::GetEnsembleResponse& chunk);

  // Where to go on after a broken connection.
  const std::string& path() const { return path_; }
  uint64_t offset() const { return offset_; }
  // Of the complete files.
  uint64_t files() const { return files_; }
  uint64_t bytes() const { return bytes_; }
  // Empty until the manifest is complete.
  const std::string& manifest_sha256() const { return manifest_sha256_; }

 private:
  absl::Status Begin(const v1::GetEnsembleResponse& chunk);
  absl::Status End(const v1::GetEnsembleResponse& chunk);

  const std::filesystem::path folder_;
  std::string path_;
  uint64_t offset_ = 0;
  std::ofstream file_;
  std::unique_ptr<Sha256> digest_;  // null once the file is complete
  uint64_t files_ = 0;
  uint64_t bytes_ = 0;
  std::string manifest_sha256_;
};

}  // namespace pleat
