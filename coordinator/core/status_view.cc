#include "coordinator/core/status_view.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/waiting_text.h"
#include "coordinator/schedule/scheduler.h"

namespace pleat {
namespace {

std::string Phase(const Sweep& sweep) {
  if (sweep.ended.has_value()) return sweep.ended->reason();
  if (!sweep.hold.empty()) return sweep.hold;
  if (sweep.effect_failed.has_value()) return EffectFailedText(*sweep.effect_failed);
  if (sweep.prepared().datasets_size() == 0) return "preparing data";
  if (!sweep.folds.has_value() || sweep.awaits_repeats) return "cutting folds";
  if (const std::optional<std::string> awaited = AwaitedFromOutside(sweep)) return *awaited;
  if (sweep.AllTrialsEnded() && !sweep.members.has_value()) return "selecting members";
  if (sweep.members.has_value() && sweep.open_predictions == 0) return "building the ensemble";
  std::string phase = sweep.AllTrialsEnded() ? "predicting" : "training";
  if (sweep.search_ended.has_value() && !sweep.AllTrialsEnded()) {
    absl::StrAppend(&phase, " the last trials, since ", sweep.search_ended->reason());
  }
  if (const size_t count = sweep.kept_away.size(); count > 0) {
    absl::StrAppend(&phase, ", without ", count, count == 1 ? " group" : " groups",
                    " whose data are not the sweep's");
  }
  return phase;
}

v1::FoldState FoldStateOf(TaskPhase phase) {
  switch (phase) {
    case TaskPhase::kWaiting:
      return v1::FOLD_STATE_WAITING;
    case TaskPhase::kRunning:
      return v1::FOLD_STATE_RUNNING;
    case TaskPhase::kDone:
      return v1::FOLD_STATE_DONE;
    case TaskPhase::kAbandoned:
      return v1::FOLD_STATE_FAILED;
    case TaskPhase::kCancelled:
      return v1::FOLD_STATE_CANCELLED;
  }
  return v1::FOLD_STATE_UNSPECIFIED;
}

v1::FoldStatus DescribeFold(const Sweep& sweep, const TaskKey& key, const LeaseTable& leases) {
  const TaskState& task = sweep.tasks.at(key);
  v1::FoldStatus status;
  status.set_fold(key.fold);
  status.set_state(FoldStateOf(task.phase));
  // After a restore the numbers of earlier attempts are below those that come.
  const bool is_earlier = task.attempt <= sweep.attempts_before;
  status.set_attempts(is_earlier ? task.attempt : task.attempt - sweep.attempts_before);
  status.set_message(task.retry_after_ms > 0 ? RetryText(sweep, task) : task.message);
  if (task.last_epoch.has_value()) *status.mutable_last_epoch() = *task.last_epoch;
  if (task.result.has_value()) *status.mutable_result() = task.result->train_fold();
  const v1::Progress* progress = leases.FindProgress({sweep.name, key});
  if (progress != nullptr) *status.mutable_progress() = *progress;
  return status;
}

v1::TrialStatus DescribeTrial(const Sweep& sweep, uint32_t number, const LeaseTable& leases) {
  const Trial& trial = sweep.trials[number];
  v1::TrialStatus status;
  status.set_trial(number);
  *status.mutable_parameters() = trial.config.parameters();
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    *status.add_folds() = DescribeFold(sweep, {TaskKind::kTrainFold, number, fold}, leases);
  }
  if (trial.finished.has_value()) *status.mutable_finished() = *trial.finished;
  if (trial.cancelled.has_value()) *status.mutable_cancelled() = *trial.cancelled;
  if (trial.stopped.has_value()) *status.mutable_stopped() = *trial.stopped;
  if (trial.paused.has_value()) *status.mutable_paused() = *trial.paused;
  return status;
}

v1::WorkerStatus DescribeWorker(const Asker& worker, const Sweep& sweep, const State& state,
                                const RaceTable& races) {
  v1::WorkerStatus status;
  status.set_worker_id(worker.worker);
  *status.mutable_info() = worker.group;
  const auto held = state.held().find(worker.worker);
  if (held == state.held().end()) {
    status.set_idle_reason(WhyNoTask(sweep, state, races, worker));
    return status;
  }
  const TaskRef& task = held->second;
  const TaskState& held_task = state.FindSweep(task.sweep)->tasks.at(task.task);
  status.mutable_attempt()->set_sweep(task.sweep);
  status.mutable_attempt()->set_task(TaskId(task.task));
  status.mutable_attempt()->set_attempt(held_task.attempt);
  status.set_waits_for(held_task.waits_for);
  return status;
}

// The newest ensemble, which may be one from before the sweep was extended.
void DescribeEnsemble(const Sweep& sweep, v1::GetResponse* response) {
  if (!sweep.ensemble.has_value() && sweep.earlier_ensemble.has_value()) {
    *response->mutable_members() = sweep.earlier_ensemble->members;
    *response->mutable_ensemble() = sweep.earlier_ensemble->built;
    return;
  }
  if (sweep.members.has_value()) *response->mutable_members() = *sweep.members;
  if (sweep.ensemble.has_value()) *response->mutable_ensemble() = *sweep.ensemble;
}

}  // namespace

v1::SweepSummary Summarize(const Sweep& sweep) {
  v1::SweepSummary summary;
  summary.set_name(sweep.name);
  summary.set_state(sweep.ended.has_value() ? sweep.ended->state() : v1::SWEEP_STATE_RUNNING);
  summary.set_priority(sweep.spec.priority());
  summary.set_trials(static_cast<uint32_t>(sweep.trials.size()));
  summary.set_folds_done(sweep.folds_done);
  summary.set_folds_running(static_cast<uint32_t>(
      std::ranges::count(sweep.running, TaskKind::kTrainFold, &TaskKey::kind)));
  summary.set_folds_total(summary.trials() * sweep.fold_count());
  if (sweep.best_trial.has_value()) {
    summary.set_best_trial(*sweep.best_trial);
    summary.set_best_score(sweep.trials[*sweep.best_trial].finished->mean());
  }
  summary.set_submitted_unix_ms(sweep.submitted_unix_ms);
  summary.set_ended_unix_ms(sweep.ended_unix_ms);
  summary.set_phase(Phase(sweep));
  return summary;
}

v1::ListResponse ListSweeps(const State& state) {
  std::vector<const Sweep*> sweeps;
  for (const auto& [name, sweep] : state.sweeps()) sweeps.push_back(&sweep);
  std::ranges::sort(sweeps, std::greater<>(), [](const Sweep* s) { return s->rank.sequence; });
  v1::ListResponse response;
  for (const Sweep* sweep : sweeps) *response.add_sweeps() = Summarize(*sweep);
  return response;
}

v1::GetResponse DescribeSweep(const Sweep& sweep, const State& state, const LeaseTable& leases,
                              const WorkerTable& workers, const RaceTable& races) {
  v1::GetResponse response;
  *response.mutable_summary() = Summarize(sweep);
  *response.mutable_spec() = sweep.spec;
  response.set_source(sweep.source);
  *response.mutable_datasets() = sweep.prepared().datasets();
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    *response.add_trials() = DescribeTrial(sweep, trial, leases);
  }
  DescribeEnsemble(sweep, &response);
  response.mutable_changes()->Assign(sweep.changes.begin(), sweep.changes.end());
  if (sweep.ended.has_value()) *response.mutable_ended() = *sweep.ended;
  if (sweep.execution.has_value()) *response.mutable_execution() = *sweep.execution;
  if (sweep.search_ended.has_value()) *response.mutable_search_ended() = *sweep.search_ended;
  response.set_hold(sweep.hold);
  if (sweep.effect_failed.has_value() && !sweep.ended.has_value()) {
    *response.mutable_effect_failed() = *sweep.effect_failed;
  }
  if (sweep.search_finished) {
    response.mutable_search_finished()->set_trials(static_cast<uint32_t>(sweep.given.size()));
  }
  response.set_sequence(state.sequence());
  for (const auto& [id, worker] : workers.workers()) {
    *response.add_workers() = DescribeWorker({id, worker.info, workers}, sweep, state, races);
  }
  return response;
}

}  // namespace pleat
