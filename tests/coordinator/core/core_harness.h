// A CoordinatorCore with a fake clock: every command checks the invariants and keeps the journal.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/core/coordinator_core.h"
#include "tests/coordinator/core/core_samples.h"

namespace pleat {

class CoreHarness {
 public:
  explicit CoreHarness(CoreOptions options = {.store_uuid = "store-1", .store_location = "/store"});

  // Handles one command; its replies go to the mailbox, its effects to `effects`.
  void Send(uint64_t token, const Command& command);
  // The reply to a command; the status is UNKNOWN when none has come.
  Reply Ask(const Command& command);
  // Takes the reply of an earlier token out of the mailbox.
  Reply TakeReply(uint64_t token);
  // The client of an earlier token went away.
  void Forget(uint64_t token) { core_->Forget(token); }
  // Ends the oldest effect: well, or with this error.
  void RunEffect();
  void FailEffect(const absl::Status& error);
  // Ends the oldest suggestion for a study.
  void RunSuggestion();
  // A new core from the journal, which must come to the same state, as must one from an earlier
  // snapshot and the records since, with which it goes on every other time; live clients and
  // effects are lost.
  void Restart();
  void AdvanceMs(int64_t ms);

  absl::Status Submit(const v1::SweepSpec& spec);
  absl::Status Cancel(const std::string& name);
  absl::Status CancelTrial(const std::string& name, uint32_t trial);
  absl::Status Extend(const std::string& name, uint32_t trials);
  // `fold`: absent: all that the trial lacks.
  absl::Status Retry(const std::string& name, uint32_t trial, std::optional<uint32_t> fold = {});
  absl::Status ChangeLimits(const std::string& name, const std::vector<std::string>& limits);
  // UNKNOWN when it is accepted: the answer comes after its effect.
  absl::Status Remove(const std::string& name);
  void Register(const std::string& worker, uint32_t group_size = 1,
                const std::string& fingerprint = "f", const std::string& host = "h");
  // A task for the worker, or an empty lease.
  v1::AcquireTaskResponse Acquire(const std::string& worker);
  absl::StatusOr<v1::HeartbeatResponse> Heartbeat(const v1::Lease& lease, uint64_t step);
  absl::Status ReportEpoch(const v1::Lease& lease, uint32_t epoch);
  absl::Status Publish(const v1::Lease& lease, uint32_t epoch);
  // `weights`: of a fold, the hexadecimal digit that its weights' SHA-256 consists of.
  absl::Status Complete(const v1::Lease& lease, const std::string& weights = "");
  absl::Status Fail(const v1::Lease& lease, v1::FailureKind kind);
  absl::Status Release(const v1::Lease& lease);
  // Prepares the data and cuts the folds of the only sweep.
  void Prepare(const std::string& worker);
  // Works with one worker and runs effects until the sweep ends.
  void Finish(const std::string& sweep, const std::string& worker);

  const Sweep& sweep(const std::string& name) const { return *core_->state().FindSweep(name); }
  const TaskState& task(const v1::Lease& lease) const;
  const State& state() const { return core_->state(); }
  bool WaitsForTime() const { return core_->WaitsForTime(); }
  v1::GetResponse Get(const std::string& name);
  std::string NextId() { return absl::StrCat("s/", ++requests_); }

  // As the real ones, it drops the records of a removed sweep.
  std::vector<v1::JournalRecord> journal;
  std::deque<Effect> effects;
  std::deque<SuggestForStudy> suggestions;
  std::vector<CollectGarbage> collections;
  // Whether collections come to their end at once, or not at all.
  bool collects_at_once = true;
  // Of a search that learns: whether its suggestions come at once, or by RunEffect.
  bool suggests_at_once = true;

 private:
  void Take(Outcome outcome);
  // A core from the journal; with `snapshot`, from that and the records since.
  std::unique_ptr<CoordinatorCore> Replayed(const v1::StateSnapshot* snapshot);
  void ExpectSameState(const CoordinatorCore& core) const;

  const CoreOptions options_;
  std::unique_ptr<CoordinatorCore> core_;
  Now now_{.lease_ms = 0, .unix_ms = 1'700'000'000'000};
  std::vector<Reply> mailbox_;
  bool has_dropped_records_ = false;
  std::optional<v1::StateSnapshot> snapshot_;  // of the restart before
  int restarts_ = 0;
  uint64_t tokens_ = 1'000;
  uint64_t requests_ = 0;
};

}  // namespace pleat
