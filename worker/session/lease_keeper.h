// Keeps one lease alive while its task runs, listens for orders, and sees that the task moves.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "proto/task.pb.h"
#include "worker/session/coordinator_client.h"

namespace pleat {

// When a task counts as hanging.
struct ProgressWatch {
  // Once it has not moved for this long, whether its attempt is over or not; 0: never. Time in
  // which the coordinator is away, or this process is stopped, does not count.
  int64_t timeout_ms = 0;
  // Called once then, on the keeper's thread.
  std::function<void()> on_hang;
};

// Sends heartbeats from a thread of its own from construction to destruction. An unreachable
// coordinator changes nothing: it gives every lease a fresh term when it comes back.
class LeaseKeeper {
 public:
  LeaseKeeper(CoordinatorClient& client, v1::AttemptId attempt, uint32_t interval_ms,
              ProgressWatch watch = {});
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
  // What the attempt waits for, in words; empty: it works. Thread-safe.
  void SetWait(const std::string& reason);
  bool waits() const;
  // True once the attempt is over: told to stop, or the lease went to another. Thread-safe.
  bool over() const { return over_; }
  // Why; meaningful once over.
  std::string reason() const;
  // Marks the attempt as over.
  void End(const std::string& reason);

 private:
  void Run();
  void SendHeartbeat(const v1::Progress& progress);
  // After another interval, in which the task has moved or not.
  bool Hangs(bool has_moved);

  CoordinatorClient& client_;
  const v1::AttemptId attempt_;
  const uint32_t interval_ms_;
  const ProgressWatch watch_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  v1::Progress progress_;   // guarded by mutex_
  std::string waits_for_;   // guarded by mutex_
  std::string reason_;      // guarded by mutex_
  bool closing_ = false;    // guarded by mutex_
  bool has_moved_ = false;  // since the watch looked; guarded by mutex_
  // The thread's own.
  bool is_heard_ = true;  // by the coordinator, as far as the last heartbeat tells
  int64_t looked_ms_ = 0;
  int64_t still_ms_ = 0;  // for which the task has not moved
  std::thread thread_;
};

}  // namespace pleat
