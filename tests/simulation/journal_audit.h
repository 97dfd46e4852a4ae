// Follows the journal from outside, and knows nothing of the core.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "proto/coordinator.pb.h"
#include "proto/journal.pb.h"
#include "tests/simulation/simulated_store.h"
#include "tests/simulation/watchdog.h"

namespace pleat::simulation {

// Checks what must hold of records in their order: one live lease for each task and each worker,
// attempts that only grow, only the live attempt is heard, a result is accepted once, a request
// leads to one record, named files are there, no lease is lost before its time; and at each replay
// that whatever was committed or acknowledged is there still.
//
// Times are those for which the coordinator was running.
class JournalAudit {
 public:
  struct Terms {
    int64_t lease_ttl_ms;
    int64_t progress_timeout_ms;
  };
  JournalAudit(Watchdog& watchdog, const SimulatedStore& store, Terms terms)
      : watchdog_(watchdog), store_(store), terms_(terms) {}

  // A record that was committed.
  void OnCommitted(const v1::JournalRecord& record, int64_t now_ms);
  // A heartbeat that was answered well.
  void OnHeartbeat(const v1::HeartbeatRequest& request, int64_t now_ms);
  // A client is told that its request was accepted, in these words.
  void OnAcknowledged(const std::string& request_id, const std::string& sweep,
                      const std::string& response);
  // What a client was told of a request that was accepted; null: nothing yet.
  const std::string* FindAcknowledged(const std::string& request_id) const;
  // A file that the journal names must be there, damaged or not.
  void CheckFile(const v1::Artifact& artifact);
  // Records of removed sweeps are dropped, and the replies in them with the next replay.
  bool has_dropped_records() const { return has_dropped_records_; }

  // A replay: all records in order. Those that are new were committed, but nobody came to know.
  void BeginReplay();
  void OnReplayed(const v1::JournalRecord& record, int64_t now_ms);
  void EndReplay(int64_t now_ms);

 private:
  struct Task {
    uint64_t attempt = 0;
    bool is_live = false;
    bool is_done = false;
    std::string worker;
    int64_t alive_ms = 0;
    int64_t moved_ms = 0;
    uint64_t position = 0;
  };
  struct Acknowledged {
    std::string sweep;
    std::string response;
  };
  using TaskId = std::pair<std::string, std::string>;  // sweep, task

  void Follow(const v1::JournalRecord& record, int64_t now_ms);
  void Lease(const v1::JournalRecord& record, int64_t now_ms);
  void Report(const TaskId& id, uint64_t attempt, int64_t now_ms);
  void Complete(const v1::JournalRecord& record, int64_t now_ms);
  void HoldResult(const v1::JournalRecord& record);
  void End(const v1::JournalRecord& record, int64_t now_ms);
  void Remove(const v1::JournalRecord& record);
  // The live attempt that a record speaks of; null, and a violation, if it is not.
  Task* FindLive(const TaskId& id, uint64_t attempt, const char* what);

  Watchdog& watchdog_;
  const SimulatedStore& store_;
  const Terms terms_;
  uint64_t last_sequence_ = 0;
  std::map<TaskId, Task> tasks_;
  std::map<std::string, TaskId> held_;                     // by worker
  std::unordered_map<std::string, std::string> requests_;  // that led to a record, and its sweep
  std::unordered_set<std::string> dropped_requests_;       // whose records are gone
  bool has_dropped_records_ = false;
  std::unordered_map<std::string, Acknowledged> acknowledged_;

  uint64_t replayed_sequence_ = 0;
  std::unordered_set<std::string> replayed_requests_;
};

}  // namespace pleat::simulation
