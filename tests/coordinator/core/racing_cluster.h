// A sweep whose trials race, and groups that train it, an epoch at a turn.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {

inline constexpr uint32_t kRacingEpochs = 6;
inline constexpr uint32_t kRacingFolds = 4;
inline constexpr uint32_t kRacingTrials = 12;

// `search`: more of its section, `pruning`: what stands in there.
inline v1::SweepSpec RacingSweep(const std::string& pruning, uint32_t at_once,
                                 const std::string& search = "") {
  v1::SweepSpec spec = SmallSweep(
      "a", kRacingTrials, kRacingFolds,
      absl::StrCat("  pruning: {", pruning, "}\n", "  metric: {name: val_accuracy}\n", search));
  spec.mutable_training()->set_epochs(kRacingEpochs);
  spec.mutable_resources()->set_max_concurrent_trials(at_once);
  return spec;
}

// The trials differ by more than the noise of their folds; trial 0 is not the best.
inline double AccuracyOf(const TaskKey& key, uint32_t epoch) {
  const double end = 0.9 - 0.02 * ((key.trial * 5 + 2) % kRacingTrials) - 0.01 * key.fold;
  const double noise = 0.002 * std::sin(1.0 + 7 * key.trial + 3 * key.fold + 11 * epoch);
  return end - 0.3 * std::exp(-0.9 * epoch) + noise;
}

inline v1::EpochMetrics MetricsOf(const TaskKey& key, uint32_t epoch) {
  v1::EpochMetrics metrics;
  metrics.set_epoch(epoch);
  metrics.set_val_accuracy(AccuracyOf(key, epoch));
  return metrics;
}

// Groups that train a sweep, an epoch at a turn, as real ones do.
class RacingCluster {
 public:
  RacingCluster(const v1::SweepSpec& spec, size_t groups) {
    for (size_t i = 0; i < groups; ++i) {
      groups_.push_back({.id = absl::StrCat("w", i)});
      core.Register(groups_.back().id);
    }
    EXPECT_TRUE(core.Submit(spec).ok());
    core.Prepare("w0");
  }

  // Trains until all trials ended; `next` says which group has the turn.
  void Play(const std::function<size_t(size_t)>& next) {
    size_t idle = 0;
    for (size_t turn = 0; !core.sweep("a").AllTrialsEnded(); ++turn) {
      idle = Turn(groups_[next(turn) % groups_.size()]) ? 0 : idle + 1;
      ASSERT_LT(idle, 200 * groups_.size()) << "nothing to do, though trials are open";
    }
  }

  // Lets another group predict for the sweep, and runs its effects, until it ends.
  void MakeEnsemble() {
    core.Register("last");
    core.Finish("a", "last");
  }

  // A new coordinator, in the state of the journal; groups lose what they did.
  void Restart() {
    core.Restart();
    for (Group& group : groups_) core.Register(group.id);
  }

  // One epoch, or a new lease. False: there was nothing to do.
  bool Turn(size_t group) { return Turn(groups_[group]); }

  // How trials ended, by the journal.
  std::vector<std::string> Ends() const {
    std::vector<std::string> ends;
    for (const v1::JournalRecord& record : core.journal) {
      if (record.has_trial_stopped()) ends.push_back(record.trial_stopped().ShortDebugString());
      if (record.has_trial_finished()) ends.push_back(record.trial_finished().ShortDebugString());
    }
    return ends;
  }
  uint32_t Stopped() const {
    uint32_t stopped = 0;
    for (const Trial& trial : core.sweep("a").trials) stopped += trial.stopped.has_value();
    return stopped;
  }
  std::optional<TaskKey> WorkOf(size_t group) const {
    if (!groups_[group].lease.has_value()) return std::nullopt;
    return ParseTaskKey(groups_[group].lease->task().id());
  }

  CoreHarness core;
  uint32_t epochs = 0;  // trained, those that did not count too
  uint32_t pauses = 0;
  // Somebody changes the sweep, or its budget ends: groups hear late that their attempts have
  // ended.
  bool may_be_stale = false;

 private:
  struct Group {
    std::string id;
    std::optional<v1::Lease> lease = {};
    uint32_t epoch = 0;  // finished
  };

  bool Turn(Group& group) {
    if (!group.lease.has_value()) {
      const v1::AcquireTaskResponse task = core.Acquire(group.id);
      if (!task.has_lease()) return false;
      group.lease = task.lease();
      group.epoch = task.lease().task().train_fold().resume_from().epoch();
      return true;
    }
    ++epochs;
    const v1::Directive directive = Report(*group.lease, ++group.epoch);
    if (!directive.stop() && group.epoch == kRacingEpochs) {
      EXPECT_TRUE(Complete(*group.lease, group.epoch).ok());
      group.lease.reset();
      return true;
    }
    if (!directive.stop()) {
      const absl::Status published = core.Publish(*group.lease, group.epoch);
      if (published.ok() && !directive.pause()) return true;
      EXPECT_TRUE(published.ok() || may_be_stale) << published;
      if (published.ok()) Pause(*group.lease);
      group.lease.reset();
      return true;
    }
    EXPECT_FALSE(directive.reason().empty());
    group.lease.reset();
    return true;
  }

  v1::Directive Report(const v1::Lease& lease, uint32_t epoch) {
    v1::ReportEpochRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_metrics() = MetricsOf(*ParseTaskKey(lease.task().id()), epoch);
    const Reply reply = core.Ask(request);
    if (may_be_stale && absl::IsFailedPrecondition(reply.status)) {
      v1::Directive directive;
      directive.set_stop(true);
      directive.set_reason(std::string(reply.status.message()));
      return directive;
    }
    EXPECT_TRUE(reply.status.ok()) << reply.status;
    if (!reply.status.ok()) return {};
    // A retry of the request gets the same order.
    const Reply again = core.Ask(request);
    const auto& response = std::get<v1::ReportEpochResponse>(reply.response);
    EXPECT_EQ(std::get<v1::ReportEpochResponse>(again.response).SerializeAsString(),
              response.SerializeAsString());
    return response.directive();
  }

  void Pause(const v1::Lease& lease) {
    v1::FailTaskRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    request.set_released(true);
    request.set_paused(true);
    request.set_message("as it was told");
    EXPECT_TRUE(core.Ask(request).status.ok());
    ++pauses;
  }

  absl::Status Complete(const v1::Lease& lease, uint32_t epoch) {
    v1::CompleteTaskRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_result() = SampleResult(lease);
    *request.mutable_result()->mutable_train_fold()->mutable_metrics() =
        MetricsOf(*ParseTaskKey(lease.task().id()), epoch);
    return core.Ask(request).status;
  }

  std::vector<Group> groups_;
};

inline size_t InTurn(size_t turn) { return turn; }
// Some groups are much slower than others.
inline size_t Unevenly(size_t turn) { return (turn * turn + turn / 3) % 7; }

}  // namespace pleat
