// A CoordinatorCore with a fake clock: every command checks the invariants and keeps the journal.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// A small sweep over synthetic digits: `trials` values of one parameter, `folds` folds.
v1::SweepSpec SmallSweep(const std::string& name, uint32_t trials, uint32_t folds);

// The whole state as text; equal states have equal texts.
std::string StateText(const State& state);

class CoreHarness {
 public:
  CoreHarness();

  // Handles one command; its replies go to the mailbox, its effects to `effects`.
  void Send(uint64_t token, const Command& command);
  // The reply to a command; the status is UNKNOWN when none has come.
  Reply Ask(const Command& command);
  // Takes the reply of an earlier token out of the mailbox.
  Reply TakeReply(uint64_t token);
  // Ends the oldest effect well, with a result as the real ones give.
  void RunEffect();
  // A new core from the journal; live clients and effects are lost.
  void Restart();
  void AdvanceMs(int64_t ms);

  absl::Status Submit(const v1::SweepSpec& spec);
  void Register(const std::string& worker, uint32_t group_size = 1);
  // A task for the worker, or an empty lease.
  v1::AcquireTaskResponse Acquire(const std::string& worker);
  absl::Status Complete(const v1::Lease& lease);
  absl::Status Fail(const v1::Lease& lease, v1::FailureKind kind);
  // Works with one worker and runs effects until the sweep ends.
  void Finish(const std::string& sweep, const std::string& worker);

  const Sweep& sweep(const std::string& name) const { return *core_->state().FindSweep(name); }
  const State& state() const { return core_->state(); }
  std::string NextId() { return absl::StrCat("s/", ++requests_); }

  std::vector<v1::JournalRecord> journal;
  std::deque<Effect> effects;

 private:
  void Take(Outcome outcome);

  std::unique_ptr<CoordinatorCore> core_;
  Now now_{.lease_ms = 0, .unix_ms = 1'700'000'000'000};
  std::vector<Reply> mailbox_;
  uint64_t tokens_ = 1'000;
  uint64_t requests_ = 0;
};

// The attempt of a lease.
v1::AttemptId AttemptOf(const v1::Lease& lease);

}  // namespace pleat
