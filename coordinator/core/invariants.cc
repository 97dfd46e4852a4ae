#include "coordinator/core/invariants.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/start_weights.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

absl::Status Require(bool holds, const std::string& what, const Sweep& sweep) {
  if (holds) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("sweep ", sweep.name, ": ", what));
}

absl::Status CheckTask(const State& state, const Sweep& sweep, const TaskKey& key,
                       const TaskState& task) {
  const bool runs = task.phase == TaskPhase::kRunning;
  const bool waits = task.phase == TaskPhase::kWaiting;
  PLEAT_RETURN_IF_ERROR(Require(sweep.running.contains(key) == runs, "running tasks", sweep));
  const bool is_delayed = waits && task.retry_after_ms > 0;
  PLEAT_RETURN_IF_ERROR(
      Require(sweep.ready.contains(key) == (waits && !is_delayed), "ready tasks", sweep));
  PLEAT_RETURN_IF_ERROR(Require(sweep.delayed.contains(key) == is_delayed, "delayed tasks", sweep));
  PLEAT_RETURN_IF_ERROR(Require(task.result.has_value() == (task.phase == TaskPhase::kDone),
                                "a task has a result exactly when it is done", sweep));
  PLEAT_RETURN_IF_ERROR(Require(task.failures <= task.attempt, "failures are attempts", sweep));
  if (!runs) return absl::OkStatus();
  const auto held = state.held().find(task.worker);
  return Require(held != state.held().end() && held->second == TaskRef{sweep.name, key},
                 "a running task is held by its worker", sweep);
}

absl::Status CheckTrial(const Sweep& sweep, uint32_t number) {
  const Trial& trial = sweep.trials[number];
  uint32_t open = 0;
  uint32_t waiting_or_running = 0;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskPhase phase = sweep.tasks.at({TaskKind::kTrainFold, number, fold}).phase;
    open += phase != TaskPhase::kDone && phase != TaskPhase::kAbandoned;
    waiting_or_running += phase == TaskPhase::kWaiting || phase == TaskPhase::kRunning;
  }
  PLEAT_RETURN_IF_ERROR(Require(trial.open_folds == open, "open folds of a trial", sweep));
  const bool starts_from = trial.config.training().has_start_from();
  PLEAT_RETURN_IF_ERROR(
      Require(trial.start_weights.size() == (starts_from ? sweep.fold_count() : 0),
              "each fold has the weights that it begins with", sweep));
  PLEAT_RETURN_IF_ERROR(Require(!trial.ended() || waiting_or_running == 0,
                                "an ended trial has no fold that waits or runs", sweep));
  PLEAT_RETURN_IF_ERROR(Require(!trial.stopped.has_value() || sweep.TrialsRace(),
                                "only trials that race are stopped", sweep));
  const int ways =
      trial.finished.has_value() + trial.cancelled.has_value() + trial.stopped.has_value();
  PLEAT_RETURN_IF_ERROR(Require(ways + trial.paused.has_value() <= 1,
                                "a trial ends once, and none is paused that ended", sweep));
  // The race may still have to come to what groups have trained ahead of it.
  return Require(
      sweep.ended.has_value() || trial.ended() || waiting_or_running > 0 || sweep.TrialsRace(),
      "a trial whose folds ended is finished", sweep);
}

// True if a prediction is of a member of the ensemble that is being made.
bool IsMember(const Sweep& sweep, const TaskKey& key) {
  return sweep.members.has_value() &&
         std::ranges::any_of(sweep.members->members(), [&](const v1::Member& member) {
           return member.trial() == key.trial && member.fold() == key.fold;
         });
}

// Of what somebody had trained again, and of the race that goes on without it.
absl::Status CheckRetries(const Sweep& sweep) {
  for (const TaskKey& key : sweep.retried) {
    PLEAT_RETURN_IF_ERROR(Require(sweep.trials[key.trial].is_retried && sweep.tasks.contains(key),
                                  "folds that are trained again are of such trials", sweep));
  }
  for (const Trial& trial : sweep.trials) {
    PLEAT_RETURN_IF_ERROR(Require(!sweep.TrialsRace() || !trial.ended() || trial.race_end,
                                  "a trial that raced has an end in the race", sweep));
  }
  return Require(sweep.race_changes.empty() != sweep.folds.has_value() &&
                     std::ranges::is_sorted(sweep.race_changes, {}, &RaceChange::round),
                 "a race has a size from its first round on, and changes in their order", sweep);
}

absl::Status CheckCounts(const Sweep& sweep) {
  uint32_t trials_ended = 0;
  uint32_t trials_paused = 0;
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    PLEAT_RETURN_IF_ERROR(CheckTrial(sweep, trial));
    trials_ended += sweep.trials[trial].ended();
    trials_paused += sweep.trials[trial].paused.has_value();
  }
  uint32_t folds_done = 0;
  uint32_t open_predictions = 0;
  for (const auto& [key, task] : sweep.tasks) {
    const bool is_done = task.phase == TaskPhase::kDone;
    folds_done += key.kind == TaskKind::kTrainFold && is_done;
    open_predictions += key.kind == TaskKind::kPredict && IsMember(sweep, key) && !is_done;
  }
  PLEAT_RETURN_IF_ERROR(CheckRetries(sweep));
  PLEAT_RETURN_IF_ERROR(Require(sweep.trials_ended == trials_ended, "ended trials", sweep));
  PLEAT_RETURN_IF_ERROR(Require(sweep.trials_paused == trials_paused, "paused trials", sweep));
  PLEAT_RETURN_IF_ERROR(Require(sweep.folds_done == folds_done, "finished folds", sweep));
  PLEAT_RETURN_IF_ERROR(Require(
      TakesGivenTrials(sweep) ? sweep.trials.size() <= sweep.given.size() : sweep.given.empty(),
      "trials from outside were given before", sweep));
  return Require(sweep.open_predictions == open_predictions, "open predictions", sweep);
}

absl::Status CheckStages(const State& state, const Sweep& sweep) {
  const bool live = !sweep.ended.has_value();
  for (const std::string& name : StartSweeps(sweep.spec)) {
    const Sweep* source = state.FindSweep(name);
    PLEAT_RETURN_IF_ERROR(Require(!live || (source != nullptr && source->ended.has_value()),
                                  "the sweeps that it starts from are there", sweep));
  }
  for (const std::string& name : sweep.spec.search().warm_start()) {
    const Sweep* source = state.FindSweep(name);
    PLEAT_RETURN_IF_ERROR(
        Require(!AwaitsWarmStart(sweep, name) || (source != nullptr && source->ended.has_value()),
                "the sweeps that it is to learn from are there", sweep));
  }
  PLEAT_RETURN_IF_ERROR(Require(sweep.trials.empty() || !sweep.AwaitsWarmStart(),
                                "trials come after those of earlier sweeps", sweep));
  PLEAT_RETURN_IF_ERROR(Require(!sweep.folds.has_value() || sweep.prepared().datasets_size() > 0,
                                "folds come after data", sweep));
  PLEAT_RETURN_IF_ERROR(
      Require(sweep.trials.empty() || sweep.folds.has_value(), "trials come after folds", sweep));
  PLEAT_RETURN_IF_ERROR(Require(
      !sweep.search_ended.has_value() || sweep.search_ended->trials() == sweep.trials.size(),
      "no trial comes after the search has ended", sweep));
  PLEAT_RETURN_IF_ERROR(Require(!sweep.members.has_value() || sweep.AllTrialsEnded(),
                                "members come after all trials", sweep));
  PLEAT_RETURN_IF_ERROR(Require(!sweep.ensemble.has_value() || sweep.members.has_value(),
                                "the ensemble comes after its members", sweep));
  const bool trains = std::ranges::any_of(
      sweep.running, [](const TaskKey& key) { return key.kind != TaskKind::kPrepareData; });
  PLEAT_RETURN_IF_ERROR(Require(sweep.execution.has_value() || !(trains || sweep.folds_done > 0),
                                "folds are trained by fixed execution", sweep));
  PLEAT_RETURN_IF_ERROR(
      Require(live || (sweep.ready.empty() && sweep.delayed.empty() && sweep.running.empty()),
              "an ended sweep has no open task", sweep));
  PLEAT_RETURN_IF_ERROR(
      Require(state.live_sweeps().contains(sweep.rank) == live, "live sweeps", sweep));
  return Require(state.ready_sweeps().contains(sweep.rank) == !sweep.ready.empty(),
                 "sweeps with waiting tasks", sweep);
}

}  // namespace

absl::Status CheckInvariants(const State& state) {
  size_t running = 0;
  for (const auto& [name, sweep] : state.sweeps()) {
    PLEAT_RETURN_IF_ERROR(
        Require(!state.removing().contains(name), "a name is free before it is used again", sweep));
    for (const auto& [key, task] : sweep.tasks) {
      PLEAT_RETURN_IF_ERROR(CheckTask(state, sweep, key, task));
    }
    PLEAT_RETURN_IF_ERROR(CheckCounts(sweep));
    PLEAT_RETURN_IF_ERROR(CheckStages(state, sweep));
    running += sweep.running.size();
  }
  if (running != state.held().size()) {
    return absl::InternalError("workers hold leases of tasks that do not run");
  }
  return absl::OkStatus();
}

}  // namespace pleat
