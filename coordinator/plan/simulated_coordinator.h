// The coordinator's core on its own: no journal, no network, and effects that come to their end at
// once.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// One sweep, and groups that call as workers do. The lease clock stands still, so nobody is ever
// lost, however long an epoch takes. Not thread-safe.
class SimulatedCoordinator {
 public:
  // `folds`: that its data are cut into.
  explicit SimulatedCoordinator(uint32_t folds);

  // The time of the calls that follow, in milliseconds.
  void SetTime(int64_t ms);

  // INVALID_ARGUMENT: the core refuses the spec.
  absl::Status Submit(const v1::SweepSpec& spec);
  void Register(uint32_t group, uint32_t ranks);

  // The calls of groups. Errors are of calls that do not fit what the core knows.
  //
  // Waits for a task, which is among the news of this or a later call.
  void Acquire(uint32_t group);
  absl::StatusOr<v1::Directive> Report(const v1::Lease& lease, const v1::EpochMetrics& metrics);
  // Gives a fold back with a checkpoint after `epoch`, since a directive said so.
  absl::Status Pause(const v1::Lease& lease, uint32_t epoch);
  absl::Status Complete(const v1::Lease& lease, const v1::TaskResult& result);

  // What groups hear that is no answer to their calls, since it was last taken.
  struct News {
    std::vector<std::pair<uint32_t, v1::Lease>> leases;  // group, and what it is to do
    std::vector<std::string> cancelled;                  // tasks whose attempts are over
  };
  News TakeNews() { return std::exchange(news_, {}); }

  // After Submit.
  const Sweep& sweep() const { return core_.state().sweeps().begin()->second; }

 private:
  // The answer to a command that is answered at once.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(Request request);
  // Handles one command and all effects that follow.
  void Handle(uint64_t token, const Command& command);
  void Take(Outcome outcome);
  EffectDone Run(const Effect& effect) const;
  std::string NextId() { return "plan/" + std::to_string(++requests_); }

  const uint32_t folds_;
  CoordinatorCore core_;
  Now now_;
  Reply reply_;  // to the command that is being handled
  std::deque<Effect> effects_;
  News news_;
  uint64_t requests_ = 0;
};

}  // namespace pleat
