// A hidden folder in which a pull collects its files.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace pleat {

// Lies beside the folder that it becomes, as ".SWEEP.pull-HOST-PID". Whatever was not published is
// removed: at destruction, or, if this process is killed, by the next pull of the sweep on the
// host.
class PartialFolder {
 public:
  // `target`: absolute, without a slash at its end.
  PartialFolder(std::filesystem::path target, const std::string& sweep);
  ~PartialFolder();
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  // Removes what dead processes left, and makes the folder and those above it.
  absl::Status Create();
  // Gives the folder the target's name. An empty folder there gives way.
  absl::Status Publish();

  const std::filesystem::path& path() const { return path_; }

 private:
  void RemoveLeftovers() const;

  const std::filesystem::path target_;
  const std::string prefix_;  // of the names of all such folders of the sweep on this host
  const std::filesystem::path path_;
};

}  // namespace pleat
