// Runs leased tasks on a group and reports what came of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/status/status.h"
#include "common/base/keep_going.h"
#include "common/store/store.h"
#include "proto/task.pb.h"
#include "worker/distributed/communicator.h"
#include "worker/distributed/device.h"
#include "worker/session/coordinator_client.h"
#include "worker/session/data_cache.h"
#include "worker/session/lease_keeper.h"
#include "worker/train/fold_trainer.h"

namespace pleat {

// The attempt that a lease is for.
v1::AttemptId AttemptOf(const v1::Lease& lease);

// Every rank of a group has one and calls Run with the same leases. Only rank 0 has a client.
class TaskRunner {
 public:
  struct Options {
    std::string data_root;  // stands for the sweep's data.root; empty: as the sweep says
    ComputeDevice device;   // of this rank; a GPU is the current one
    // On rank 0: a task hangs that does not move for this long (see ProgressWatch); on_hang is
    // called once its attempt is given back, and ends the process.
    int64_t progress_timeout_ms = 0;
    std::function<void()> on_hang = nullptr;
  };

  TaskRunner(Group& group, Store& store, CoordinatorClient* client,
             const std::atomic<bool>& leaving, Options options);

  // How often heartbeats are sent; the coordinator's choice. Call between tasks.
  void SetHeartbeatInterval(uint32_t interval_ms) { heartbeat_interval_ms_ = interval_ms; }

  // Runs one task to its end and reports it; failures of the task are reported, not returned.
  // CANCELLED, on every rank: a rank other than 0 was told to leave, and the group goes with it.
  // Another error means that the group is broken (a rank is gone, or failed in the middle) and must
  // end.
  absl::Status Run(const v1::Lease& lease);

  // Gives back the attempt in hand, if any, without waiting for the task, in at most `limit_ms`.
  // Thread-safe; for the last moment before the process ends.
  void ReleaseNow(int64_t limit_ms, const std::string& reason);

 private:
  // On every rank; rank 0 has the result. `store` is rank 0's to write to.
  absl::StatusOr<v1::TaskResult> Work(const v1::Lease& lease, Store& store,
                                      TrainingObserver& observer);
  absl::StatusOr<v1::TaskResult> PrepareData(const v1::Lease& lease, Store& store,
                                             const KeepGoing& keep_going);
  absl::StatusOr<v1::TaskResult> TrainFold(const v1::Lease& lease, Store& store,
                                           TrainingObserver& observer);
  absl::StatusOr<v1::TaskResult> Predict(const v1::Lease& lease, Store& store,
                                         const KeepGoing& keep_going);
  // On the keeper's thread: nothing is to be had from the others.
  void EndHungTask();
  void Report(const v1::Task& task, const absl::StatusOr<v1::TaskResult>& result,
              LeaseKeeper& keeper, const std::string& pause_reason);

  Group& group_;
  Store& store_;
  CoordinatorClient* client_;
  const std::atomic<bool>& leaving_;
  const Options options_;
  uint32_t heartbeat_interval_ms_ = 2'000;
  DataCache data_;
  std::mutex mutex_;
  std::optional<v1::AttemptId> attempt_;  // guarded by mutex_; in hand on rank 0
};

}  // namespace pleat
