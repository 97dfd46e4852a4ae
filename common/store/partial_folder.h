// A hidden folder in which files are collected that appear together or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// The absolute path of a folder that need not be there, without links, dots and a slash at its end:
// what is looked at before is then what is written.
absl::StatusOr<std::filesystem::path> ResolveFolder(const std::string& folder);

// Lies beside the folder that it becomes, as ".PURPOSE-HOST-PID". Whatever was not published is
// removed: at destruction, with the folders above it that were made for it, or, if this process is
// killed, by the next one of the purpose there on the host.
class PartialFolder {
 public:
  // `target`: as ResolveFolder gives it. `purpose`: as "digits.pull".
  PartialFolder(std::filesystem::path target, const std::string& purpose);
  ~PartialFolder();
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  // Removes what dead processes left, and makes the folder and those above it.
  absl::Status Create();
  // Gives the folder the target's name. An empty folder there gives way.
  absl::Status Publish();
  // The same where a folder is already: whoever looks finds that one or this, but for file systems
  // that cannot exchange names, where it is removed first. The older one goes.
  absl::Status Replace();

  const std::filesystem::path& path() const { return path_; }

 private:
  void RemoveLeftovers() const;
  absl::Status SyncParent() const;

  const std::filesystem::path target_;
  const std::string prefix_;  // of the names of all such folders of the purpose on this host
  const std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  // folders above that were not there, the deepest first
};

}  // namespace pleat
