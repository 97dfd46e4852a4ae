// The last sequence number that was committed, kept beside the journal.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/store/unique_fd.h"

namespace pleat {

// A log that lost its end, be it to damage or to a hand that removed the file, looks like one that
// never had it. So the number is written, a moment after each commit, to a file of its own. It is
// not synced: it survives kill -9 always, and power loss up to what the kernel had written back.
// Therefore it is never ahead of the journal, and a journal that ends before it has lost records.
class CommitMark {
 public:
  // Opens or creates `<state_dir>/journal.mark`.
  static absl::StatusOr<CommitMark> Open(const std::string& state_dir);

  // The number; 0: there is none, or it cannot be read.
  uint64_t sequence() const { return sequence_; }
  const std::string& path() const { return path_; }
  // Errors are ignored: the mark stays behind, which claims less than it could.
  void Set(uint64_t sequence);

 private:
  CommitMark(std::string path, UniqueFd fd);

  std::string path_;
  UniqueFd fd_;
  uint64_t sequence_ = 0;
};

}  // namespace pleat
