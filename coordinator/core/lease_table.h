// Deadlines of live attempts. Not journaled: after a restart each lease gets one fresh time to
// live.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/state.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// Which attempts are live is the state's to say; this table says until when. Times are those of the
// lease clock. Not thread-safe.
class LeaseTable {
 public:
  // A lease is lost `ttl_ms` after its last sign of life, or when its position has not moved for
  // `progress_timeout_ms`.
  LeaseTable(uint32_t ttl_ms, uint32_t progress_timeout_ms)
      : ttl_ms_(ttl_ms), progress_timeout_ms_(progress_timeout_ms) {}

  void Grant(const TaskRef& task, int64_t now_ms);
  // A sign of life without a position: an accepted epoch or checkpoint, which counts as a move.
  void Renew(const TaskRef& task, int64_t now_ms);
  // A heartbeat.
  void Renew(const TaskRef& task, const v1::Progress& progress, int64_t now_ms);
  void End(const TaskRef& task);

  struct Lost {
    TaskRef task;
    std::string message;
  };
  // The leases that are lost by now. They stay in the table until End.
  std::vector<Lost> FindLost(int64_t now_ms) const;

  // Position of a live attempt; null if there is no such lease.
  const v1::Progress* FindProgress(const TaskRef& task) const;

 private:
  struct Lease {
    int64_t alive_ms = 0;  // last sign of life
    int64_t moved_ms = 0;  // last change of position
    v1::Progress progress;
  };

  int64_t DeadlineMs(const Lease& lease) const;
  // Changes a lease while keeping the order of deadlines; a lease that is not there is left so.
  template <typename Change>
  void Update(const TaskRef& task, Change change);

  int64_t ttl_ms_;
  int64_t progress_timeout_ms_;
  std::map<TaskRef, Lease> leases_;
  std::set<std::pair<int64_t, TaskRef>> by_deadline_;
};

}  // namespace pleat
