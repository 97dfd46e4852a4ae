// One coordinator per state folder.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace pleat {

// Holds `<state_dir>/lock` by flock for as long as it lives. The file stays behind with the
// holder's process id in it; the kernel drops the lock when the process ends, however it ends, so a
// file that was left over never blocks anybody. Separate from the database: SQLite's own locks are
// lost when a process opens and closes its file by other means.
class StateLock {
 public:
  // Creates the folder if it is absent; waits some seconds for a holder that is ending.
  // FAILED_PRECONDITION, with the holder's process id, if another process keeps the lock; otherwise
  // as FileError: RESOURCE_EXHAUSTED for a full disk.
  static absl::StatusOr<std::unique_ptr<StateLock>> Acquire(const std::string& state_dir);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

 private:
  explicit StateLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace pleat
