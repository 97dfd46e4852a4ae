// A group of workers: one process that takes leases and trains.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/simulation/connection.h"
#include "tests/simulation/process.h"
#include "tests/simulation/world.h"

namespace pleat::simulation {

// How often work on each task was made to fail, or came to a wrong result: at most as often as does
// not change what the sweep comes to.
class FailureBudget {
 public:
  // `is_audited`: whether every fold is, so that a wrong result is found out.
  explicit FailureBudget(bool is_audited) : is_audited_(is_audited) {}

  bool Take(const std::string& sweep, const std::string& task) {
    return ++failures_[sweep + " " + task] <= kMost;
  }
  // What is to be flipped of a result, another bit each time; 0: nothing more.
  uint64_t TakeFlip(const std::string& sweep, const std::string& task) {
    const uint32_t flips = ++flips_[sweep + " " + task];
    return is_audited_ && flips <= kMostFlips ? uint64_t{1} << flips : 0;
  }

 private:
  static constexpr uint32_t kMost = 2;       // resources.max_failures is 3
  static constexpr uint32_t kMostFlips = 1;  // of two wrong results and two right ones none is sure

  const bool is_audited_;
  std::map<std::string, uint32_t> failures_;
  std::map<std::string, uint32_t> flips_;
};

// Behaves as worker/session: registers, polls, heartbeats from the side, reports epochs, publishes
// checkpoints, obeys directives, completes; drops what is stale; goes on from checkpoints, and from
// the one before where one is damaged. A process that was killed is followed by another, with
// another id; one that was paused or hung comes back and goes on with what it had.
class SimulatedWorker {
 public:
  SimulatedWorker(World& world, CoordinatorHost& host, FailureBudget& failures, size_t link);

  void Start();

  // -- Faults.
  void Kill(int64_t down_ms);
  void Pause(int64_t ms) { process_.PauseFor(ms); }
  // Its main thread stands still; heartbeats go on.
  void Hang(int64_t ms) { hang_ms_ = ms; }
  // SIGTERM: gives back what it has, and goes.
  void Leave(int64_t down_ms);
  void FailNext(v1::FailureKind kind) { fail_next_ = kind; }
  // Computes the next fold that is audited wrongly.
  void MiscomputeNext() { miscomputes_next_ = true; }
  // How fast it trains.
  void set_epoch_ms(int64_t ms) { epoch_ms_ = ms; }

 private:
  struct Job {
    v1::Lease lease;
    v1::AttemptId attempt;
    std::string folder;
    uint64_t weights = 0;
    uint32_t epoch = 0;    // finished
    int64_t begun_ms = 0;  // the epoch, or another piece of work
    bool hangs = false;
    bool is_over = false;
    bool pauses = false;  // as it was told
  };

  void StartAgain(int64_t down_ms);
  void Register();
  void Poll();
  void HearLease(const absl::Status& status, const Response& response);
  void Begin(const v1::Lease& lease);
  void Beat(uint64_t job);
  // Runs `next` when a piece of work is done, unless the attempt is over or the work fails.
  void WorkFor(int64_t ms, EventQueue::Event next);
  void PrepareData();
  void BeginFold();
  void GoOnFrom(const v1::Checkpoint& checkpoint);
  // Reports a damaged one, and goes on from the one before.
  void Quarantine(const v1::Checkpoint& checkpoint);
  void TrainEpoch();
  void Checkpoint();
  // Flips a bit of the weights, if that is due and will be found out.
  void Miscompute();
  void CompleteFold();
  void Predict();
  void Complete(v1::TaskResult result);
  void Fail(v1::FailureKind kind);
  void Release(const v1::AttemptId& attempt, bool paused, EventQueue::Event next);
  // Takes up the next task.
  void End();
  // Writes a file below the attempt's folder, when there is space; then runs `next`.
  void Write(const std::string& name, uint64_t content,
             std::function<void(const v1::Artifact&)> next);
  const v1::TrainFoldTask& fold() const { return job_->lease.task().train_fold(); }

  World& world_;
  CoordinatorHost& host_;
  FailureBudget& failures_;
  const std::string name_;
  Process process_;
  Connection connection_;
  int lives_ = 0;
  std::string worker_id_;
  int poll_failures_ = 0;
  std::optional<std::string> poll_id_;  // of the poll that is not answered
  std::optional<Job> job_;
  uint64_t jobs_ = 0;
  int64_t hang_ms_ = 0;
  std::optional<v1::FailureKind> fail_next_;
  bool miscomputes_next_ = false;
  int64_t epoch_ms_ = 2'000;
};

}  // namespace pleat::simulation
