// Makes a snapshot of the state beside the loop.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/state.h"
#include "coordinator/journal/journal.h"

namespace pleat {

// What one snapshot is made of.
struct SnapshotPlan {
  std::string state_dir;
  ReplyLimits replies;
  std::optional<v1::SnapshotTaken> last;  // the one to go on from, if any
  uint64_t through = 0;                   // sequence number of the last record in it
  // Sequence numbers of the first records of the sweeps and studies that are there.
  std::set<uint64_t> begun;
};

// Comes to the state as a restart does: from the last snapshot, if that is sound, and the records
// since. So it costs the loop but the reading of some pages, and cannot hold what a replay would
// not. Not thread-safe: its steps are called one after another.
class SnapshotMaker {
 public:
  explicit SnapshotMaker(SnapshotPlan plan);

  // Loads the last snapshot.
  void Begin();
  // Where the next page is to begin.
  uint64_t next() const { return next_; }
  // Takes the records of a page in. True: there are enough. DATA_LOSS: they do not fit, as when a
  // sweep is being removed; then no snapshot can be made now.
  absl::StatusOr<bool> Take(const RecordPage& page);
  // Writes the snapshot.
  absl::StatusOr<v1::SnapshotTaken> Write() const;

 private:
  const SnapshotPlan plan_;
  State state_;
  uint64_t next_ = 0;
};

}  // namespace pleat
