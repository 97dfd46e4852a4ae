// Keeps one lease alive while its task runs, and listens for orders.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "proto/task.pb.h"
#include "worker/session/coordinator_client.h"

namespace pleat {

// Sends heartbeats from a thread of its own from construction to destruction. An unreachable
// coordinator changes nothing: it gives every lease a fresh term when it comes back.
class LeaseKeeper {
 public:
  LeaseKeeper(CoordinatorClient& client, v1::AttemptId attempt, uint32_t interval_ms);
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  const v1::AttemptId& attempt() const { return attempt_; }
  // What the next heartbeat says. Thread-safe.
  void SetProgress(const v1::Progress& progress);
  // Work that is no step of an epoch (reading data, validation, prediction) has done a piece: the
  // position's step counts on, past the epoch's steps, so that the coordinator sees movement.
  // Thread-safe.
  void Advance();
  // True once the attempt is over: told to stop, or the lease went to another. Thread-safe.
  bool over() const { return over_; }
  // Why; meaningful once over.
  std::string reason() const;
  // Marks the attempt as over.
  void End(const std::string& reason);

 private:
  void Run();

  CoordinatorClient& client_;
  const v1::AttemptId attempt_;
  const uint32_t interval_ms_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  v1::Progress progress_;  // guarded by mutex_
  std::string reason_;     // guarded by mutex_
  bool closing_ = false;   // guarded by mutex_
  std::thread thread_;
};

}  // namespace pleat
