// The state as one message, and back.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/state.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

template <typename T, typename Message>
void Keep(const std::optional<T>& from, Message* (v1::SweepSnapshot::*field)(),
          v1::SweepSnapshot& to) {
  if (from.has_value()) *(to.*field)() = *from;
}

v1::TaskSnapshot SaveTask(const TaskKey& key, const TaskState& task, bool is_retried) {
  v1::TaskSnapshot saved;
  saved.set_task(TaskId(key));
  saved.set_phase(static_cast<uint32_t>(task.phase));
  saved.set_leased_unix_ms(task.leased_unix_ms);
  saved.set_attempt(task.attempt);
  saved.set_worker(task.worker);
  saved.set_failures(task.failures);
  saved.set_retry_after_ms(task.retry_after_ms);
  saved.set_fruitless(task.fruitless);
  saved.set_has_advanced(task.has_advanced);
  saved.set_furthest_epoch(task.furthest_epoch);
  if (task.checkpoint.has_value()) *saved.mutable_checkpoint() = *task.checkpoint;
  if (task.previous_checkpoint.has_value()) {
    *saved.mutable_previous_checkpoint() = *task.previous_checkpoint;
  }
  saved.set_waits_for(task.waits_for);
  if (task.last_epoch.has_value()) *saved.mutable_last_epoch() = *task.last_epoch;
  saved.mutable_scores()->Assign(task.scores.values.begin(), task.scores.values.end());
  saved.set_best_score(task.scores.best);
  saved.set_has_failed_race(task.has_failed_race);
  saved.set_is_retried(is_retried);
  if (task.result.has_value()) *saved.mutable_result() = *task.result;
  saved.set_message(task.message);
  saved.set_host(task.host);
  for (const auto& [worker, visit] : task.visits) {
    v1::VisitSnapshot& kept = *saved.add_visits();
    kept.set_worker(worker);
    kept.set_host(visit.host);
    if (visit.failure.has_value()) kept.set_failure(*visit.failure);
  }
  for (const HeldResult& held : task.held) {
    v1::HeldResultSnapshot& kept = *saved.add_held();
    kept.set_worker(held.worker);
    *kept.mutable_digest() = held.digest;
  }
  return saved;
}

TaskState LoadTask(const v1::TaskSnapshot& saved) {
  TaskState task;
  task.phase = static_cast<TaskPhase>(saved.phase());
  task.leased_unix_ms = saved.leased_unix_ms();
  task.attempt = saved.attempt();
  task.worker = saved.worker();
  task.failures = saved.failures();
  task.retry_after_ms = saved.retry_after_ms();
  task.fruitless = saved.fruitless();
  task.has_advanced = saved.has_advanced();
  task.furthest_epoch = saved.furthest_epoch();
  if (saved.has_checkpoint()) task.checkpoint = saved.checkpoint();
  if (saved.has_previous_checkpoint()) task.previous_checkpoint = saved.previous_checkpoint();
  task.waits_for = saved.waits_for();
  if (saved.has_last_epoch()) task.last_epoch = saved.last_epoch();
  task.scores.values.assign(saved.scores().begin(), saved.scores().end());
  task.scores.best = saved.best_score();
  task.has_failed_race = saved.has_failed_race();
  if (saved.has_result()) task.result = saved.result();
  task.message = saved.message();
  task.host = saved.host();
  for (const v1::VisitSnapshot& visit : saved.visits()) {
    Visit& kept = task.visits[visit.worker()];
    kept.host = visit.host();
    if (visit.has_failure()) kept.failure = visit.failure();
  }
  for (const v1::HeldResultSnapshot& held : saved.held()) {
    task.held.push_back({.worker = held.worker(), .digest = held.digest()});
  }
  return task;
}

v1::TrialSnapshot SaveTrial(const Trial& trial) {
  v1::TrialSnapshot saved;
  *saved.mutable_config() = trial.config;
  saved.mutable_start_weights()->Assign(trial.start_weights.begin(), trial.start_weights.end());
  saved.set_open_folds(trial.open_folds);
  if (trial.finished.has_value()) *saved.mutable_finished() = *trial.finished;
  if (trial.cancelled.has_value()) *saved.mutable_cancelled() = *trial.cancelled;
  if (trial.stopped.has_value()) *saved.mutable_stopped() = *trial.stopped;
  if (trial.paused.has_value()) *saved.mutable_paused() = *trial.paused;
  if (trial.race_end.has_value()) {
    saved.mutable_race_end()->set_kind(static_cast<uint32_t>(trial.race_end->kind));
    saved.mutable_race_end()->set_round(trial.race_end->round);
  }
  saved.set_is_retried(trial.is_retried);
  saved.set_recomputes(trial.recomputes);
  return saved;
}

Trial LoadTrial(const v1::TrialSnapshot& saved) {
  Trial trial;
  trial.config = saved.config();
  trial.start_weights.assign(saved.start_weights().begin(), saved.start_weights().end());
  trial.open_folds = saved.open_folds();
  if (saved.has_finished()) trial.finished = saved.finished();
  if (saved.has_cancelled()) trial.cancelled = saved.cancelled();
  if (saved.has_stopped()) trial.stopped = saved.stopped();
  if (saved.has_paused()) trial.paused = saved.paused();
  if (saved.has_race_end()) {
    trial.race_end =
        RaceEnd{static_cast<RaceEnd::Kind>(saved.race_end().kind()), saved.race_end().round()};
  }
  trial.is_retried = saved.is_retried();
  trial.recomputes = saved.recomputes();
  return trial;
}

void SaveStages(const Sweep& sweep, v1::SweepSnapshot& saved) {
  Keep(sweep.folds, &v1::SweepSnapshot::mutable_folds, saved);
  Keep(sweep.warm_start, &v1::SweepSnapshot::mutable_warm_start, saved);
  Keep(sweep.execution, &v1::SweepSnapshot::mutable_execution, saved);
  Keep(sweep.search_ended, &v1::SweepSnapshot::mutable_search_ended, saved);
  Keep(sweep.members, &v1::SweepSnapshot::mutable_members, saved);
  Keep(sweep.ensemble, &v1::SweepSnapshot::mutable_ensemble, saved);
  Keep(sweep.ended, &v1::SweepSnapshot::mutable_ended, saved);
  Keep(sweep.effect_failed, &v1::SweepSnapshot::mutable_effect_failed, saved);
  if (!sweep.earlier_ensemble.has_value()) return;
  *saved.mutable_earlier_members() = sweep.earlier_ensemble->members;
  *saved.mutable_earlier_ensemble() = sweep.earlier_ensemble->built;
}

void LoadStages(const v1::SweepSnapshot& saved, Sweep& sweep) {
  if (saved.has_folds()) sweep.folds = saved.folds();
  if (saved.has_warm_start()) sweep.warm_start = saved.warm_start();
  if (saved.has_execution()) sweep.execution = saved.execution();
  if (saved.has_search_ended()) sweep.search_ended = saved.search_ended();
  if (saved.has_members()) sweep.members = saved.members();
  if (saved.has_ensemble()) sweep.ensemble = saved.ensemble();
  if (saved.has_ended()) sweep.ended = saved.ended();
  if (saved.has_effect_failed()) sweep.effect_failed = saved.effect_failed();
  if (!saved.has_earlier_ensemble()) return;
  sweep.earlier_ensemble = {.members = saved.earlier_members(), .built = saved.earlier_ensemble()};
}

v1::SweepSnapshot SaveSweep(const Sweep& sweep) {
  v1::SweepSnapshot saved;
  saved.set_name(sweep.name);
  saved.set_source(sweep.source);
  *saved.mutable_spec() = sweep.spec;
  saved.set_spec_sha256(sweep.spec_sha256);
  saved.set_submitted_sequence(sweep.rank.sequence);
  saved.set_priority(-sweep.rank.minus_priority);
  saved.set_attempts_before(sweep.attempts_before);
  saved.set_submitted_unix_ms(sweep.submitted_unix_ms);
  saved.set_ended_unix_ms(sweep.ended_unix_ms);
  for (const auto& [key, task] : sweep.tasks) {
    v1::TaskSnapshot& saved_task = *saved.add_tasks();
    saved_task = SaveTask(key, task, sweep.retried.contains(key));
    const auto garbage = sweep.garbage.find(key);
    if (garbage != sweep.garbage.end()) saved_task.set_garbage_sequence(garbage->second);
  }
  for (const auto& [worker, message] : sweep.kept_away) {
    v1::KeptAway& kept_away = *saved.add_kept_away();
    kept_away.set_worker(worker);
    kept_away.set_message(message);
  }
  for (const Trial& trial : sweep.trials) *saved.add_trials() = SaveTrial(trial);
  saved.set_race_rounds(sweep.race_rounds);
  for (const RaceChange& change : sweep.race_changes) {
    v1::RaceChangeSnapshot& kept = *saved.add_race_changes();
    kept.set_round(change.round);
    if (change.left.has_value()) kept.set_left(*change.left);
    kept.set_trials(change.size.trials);
    kept.set_at_once(change.size.at_once);
    kept.set_is_breadth_first(change.size.is_breadth_first);
  }
  saved.set_folds_unix_ms(sweep.folds_unix_ms);
  saved.set_trained_rank_ms(sweep.trained_rank_ms);
  if (sweep.best_trial.has_value()) saved.set_best_trial(*sweep.best_trial);
  saved.mutable_given()->Assign(sweep.given.begin(), sweep.given.end());
  saved.set_search_finished(sweep.search_finished);
  SaveStages(sweep, saved);
  saved.mutable_changes()->Assign(sweep.changes.begin(), sweep.changes.end());
  saved.set_ensemble_version(sweep.ensemble_version);
  saved.set_awaits_repeats(sweep.awaits_repeats);
  saved.set_hold(sweep.hold);
  saved.set_open_predictions(sweep.open_predictions);
  return saved;
}

// The tasks, and what follows from their phases.
absl::Status LoadTasks(const v1::SweepSnapshot& saved, Sweep& sweep) {
  for (const v1::TaskSnapshot& saved_task : saved.tasks()) {
    const std::optional<TaskKey> key = ParseTaskKey(saved_task.task());
    if (!key.has_value() || saved_task.phase() > static_cast<uint32_t>(TaskPhase::kCancelled)) {
      return Misfit(absl::StrCat("'", saved_task.task(), "' is not a task"));
    }
    const TaskState& task = sweep.tasks.insert_or_assign(*key, LoadTask(saved_task)).first->second;
    if (saved_task.is_retried()) sweep.retried.insert(*key);
    if (saved_task.garbage_sequence() > 0) sweep.garbage[*key] = saved_task.garbage_sequence();
    if (task.phase == TaskPhase::kRunning) sweep.running.insert(*key);
    if (task.phase == TaskPhase::kWaiting) {
      (task.retry_after_ms > 0 ? sweep.delayed : sweep.ready).insert(*key);
    }
    sweep.folds_done += key->kind == TaskKind::kTrainFold && task.phase == TaskPhase::kDone;
  }
  return absl::OkStatus();
}

}  // namespace

v1::StateSnapshot State::Snapshot() const {
  v1::StateSnapshot snapshot;
  snapshot.set_format(kSnapshotFormat);
  snapshot.set_sequence(sequence_);
  snapshot.set_store_uuid(store_uuid_);
  snapshot.set_attempts_before(attempts_before_);
  for (const auto& [name, sweep] : sweeps_) *snapshot.add_sweeps() = SaveSweep(sweep);
  for (const auto& [name, record] : removing_) *snapshot.add_removing() = record;
  snapshot.set_last_attempt_of_others(last_attempt_of_others_);
  for (const auto& [name, attempt] : last_attempts_) {
    v1::LastAttempt& last = *snapshot.add_last_attempts();
    last.set_sweep(name);
    last.set_attempt(attempt);
  }
  groups_.Save(&snapshot);
  replies_.Save(snapshot.mutable_replies());
  studies_.Save(snapshot.mutable_studies());
  return snapshot;
}

absl::Status State::Load(const v1::StateSnapshot& snapshot, const HasRecord& has_record) {
  absl::Status status = LoadAll(snapshot, has_record);
  if (!status.ok()) Clear();
  return status;
}

absl::Status State::LoadAll(const v1::StateSnapshot& snapshot, const HasRecord& has_record) {
  if (snapshot.format() != kSnapshotFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "it has format ", snapshot.format(), ", this program reads format ", kSnapshotFormat));
  }
  if (snapshot.sequence() == 0 || snapshot.store_uuid().empty()) return Misfit("it is of nothing");
  sequence_ = snapshot.sequence();
  store_uuid_ = snapshot.store_uuid();
  attempts_before_ = snapshot.attempts_before();
  for (const v1::SweepSnapshot& sweep : snapshot.sweeps()) {
    PLEAT_ASSIGN_OR_RETURN(const bool is_there, has_record(sweep.submitted_sequence()));
    if (is_there) PLEAT_RETURN_IF_ERROR(LoadSweep(sweep));
  }
  for (const v1::JournalRecord& record : snapshot.removing()) {
    removing_.emplace(record.sweep(), record);
  }
  last_attempt_of_others_ = snapshot.last_attempt_of_others();
  for (const v1::LastAttempt& last : snapshot.last_attempts()) {
    last_attempts_[last.sweep()] = last.attempt();
  }
  groups_.Load(snapshot);
  for (const v1::RecordedReply& reply : snapshot.replies()) replies_.Record(reply);
  for (const v1::StudySnapshot& study : snapshot.studies()) {
    PLEAT_ASSIGN_OR_RETURN(const bool is_there, has_record(study.created()));
    if (is_there) PLEAT_RETURN_IF_ERROR(studies_.Load(study));
  }
  return absl::OkStatus();
}

absl::Status State::LoadSweep(const v1::SweepSnapshot& saved) {
  Sweep& sweep = sweeps_[saved.name()];
  sweep.name = saved.name();
  sweep.source = saved.source();
  sweep.spec = saved.spec();
  sweep.spec_sha256 = saved.spec_sha256();
  sweep.rank = {.minus_priority = -int64_t{saved.priority()},
                .sequence = saved.submitted_sequence()};
  sweep.attempts_before = saved.attempts_before();
  sweep.submitted_unix_ms = saved.submitted_unix_ms();
  sweep.ended_unix_ms = saved.ended_unix_ms();
  PLEAT_RETURN_IF_ERROR(LoadTasks(saved, sweep));
  for (const v1::KeptAway& kept_away : saved.kept_away()) {
    sweep.kept_away[kept_away.worker()] = kept_away.message();
  }
  for (const v1::TrialSnapshot& trial : saved.trials()) {
    sweep.trials.push_back(LoadTrial(trial));
    sweep.trials_ended += sweep.trials.back().ended();
    sweep.trials_paused += sweep.trials.back().paused.has_value();
  }
  sweep.race_rounds = saved.race_rounds();
  for (const v1::RaceChangeSnapshot& change : saved.race_changes()) {
    sweep.race_changes.push_back({.round = change.round(),
                                  .size = {.trials = change.trials(),
                                           .at_once = change.at_once(),
                                           .is_breadth_first = change.is_breadth_first()}});
    if (change.has_left()) sweep.race_changes.back().left = change.left();
  }
  sweep.folds_unix_ms = saved.folds_unix_ms();
  sweep.trained_rank_ms = saved.trained_rank_ms();
  if (saved.has_best_trial()) sweep.best_trial = saved.best_trial();
  sweep.given.assign(saved.given().begin(), saved.given().end());
  sweep.search_finished = saved.search_finished();
  LoadStages(saved, sweep);
  sweep.changes.assign(saved.changes().begin(), saved.changes().end());
  sweep.ensemble_version = saved.ensemble_version();
  sweep.awaits_repeats = saved.awaits_repeats();
  sweep.hold = saved.hold();
  sweep.open_predictions = saved.open_predictions();

  std::vector<PastTrial> earlier;
  if (sweep.warm_start.has_value()) earlier = WarmTrials(sweep.spec.search(), *sweep.warm_start);
  auto search = MakeSearchMethod(sweep.spec, earlier);
  if (!search.ok()) return Misfit(search.status().ToString());
  sweep.search = *std::move(search);
  for (const TaskKey& key : sweep.running) {
    held_.emplace(sweep.tasks.at(key).worker, TaskRef{sweep.name, key});
  }
  if (!sweep.ended.has_value()) live_sweeps_.emplace(sweep.rank, &sweep);
  if (!sweep.ready.empty()) ready_sweeps_.emplace(sweep.rank, &sweep);
  return absl::OkStatus();
}

}  // namespace pleat
