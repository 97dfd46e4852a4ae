// The groups that are connected now, and what each says of itself.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "proto/coordinator.pb.h"

namespace pleat {

// Not journaled: after a restart groups register again. Not thread-safe.
class WorkerTable {
 public:
  struct Worker {
    v1::WorkerInfo info;
    int64_t seen_ms = 0;
  };

  void Register(const std::string& worker_id, const v1::WorkerInfo& info, int64_t now_ms) {
    workers_[worker_id] = {info, now_ms};
  }
  // Notes a sign of life and returns the group; null if it is not registered.
  const Worker* Touch(const std::string& worker_id, int64_t now_ms) {
    const auto position = workers_.find(worker_id);
    if (position == workers_.end()) return nullptr;
    position->second.seen_ms = now_ms;
    return &position->second;
  }
  // Forgets the groups that gave no sign of life since `before_ms`.
  void ForgetSilent(int64_t before_ms) {
    std::erase_if(workers_,
                  [before_ms](const auto& entry) { return entry.second.seen_ms < before_ms; });
  }
  const std::map<std::string, Worker>& workers() const { return workers_; }

 private:
  std::map<std::string, Worker> workers_;
};

}  // namespace pleat
