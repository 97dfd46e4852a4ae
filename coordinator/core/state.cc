#include "coordinator/core/state.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

absl::Status Misfit(const std::string& what) { return absl::DataLossError(what); }

// A task and its state inside one sweep.
struct Found {
  TaskKey key;
  TaskState* task = nullptr;
};

absl::StatusOr<Found> FindTask(Sweep& sweep, const std::string& id) {
  const std::optional<TaskKey> key = ParseTaskKey(id);
  if (!key.has_value()) return Misfit(absl::StrCat("'", id, "' is not a task"));
  const auto position = sweep.tasks.find(*key);
  if (position == sweep.tasks.end()) return Misfit(absl::StrCat("there is no task ", id));
  return Found{*key, &position->second};
}

absl::StatusOr<Found> FindRunning(Sweep& sweep, const std::string& id, uint64_t attempt) {
  PLEAT_ASSIGN_OR_RETURN(Found found, FindTask(sweep, id));
  if (found.task->phase != TaskPhase::kRunning || found.task->attempt != attempt) {
    return Misfit(absl::StrCat("attempt ", attempt, " of ", id, " is not live"));
  }
  return found;
}

bool ResultFits(TaskKind kind, const v1::TaskResult& result) {
  switch (kind) {
    case TaskKind::kPrepareData:
      return result.has_prepare_data();
    case TaskKind::kTrainFold:
      return result.has_train_fold();
    case TaskKind::kPredict:
      return result.has_predict();
  }
  return false;
}

// True if trial `a` scores better than the best so far; the older one wins a tie.
bool IsBetter(const Sweep& sweep, const v1::TrialFinished& a) {
  if (!sweep.best_trial.has_value()) return true;
  const double best = sweep.trials[*sweep.best_trial].finished->mean();
  // A score that is no number compares with nothing.
  if (std::isnan(best)) return !std::isnan(a.mean());
  return MetricIsMaximized(sweep.spec.search().metric()) ? a.mean() > best : a.mean() < best;
}

}  // namespace

const Sweep* State::FindSweep(const std::string& name) const {
  const auto position = sweeps_.find(name);
  return position == sweeps_.end() ? nullptr : &position->second;
}

bool State::IsKeptAway(const std::string& worker) const {
  return std::ranges::any_of(live_sweeps_, [&worker](const auto& entry) {
    return entry.second->kept_away.contains(worker);
  });
}

absl::Status State::Apply(const v1::JournalRecord& record) {
  const std::string where = absl::StrCat("journal record ", record.sequence());
  if (record.sequence() <= sequence_) {
    return Misfit(absl::StrCat(where, ": follows record ", sequence_));
  }
  if (store_uuid_.empty() != record.has_journal_created()) {
    return Misfit(absl::StrCat(where, ": a journal has one first record, JournalCreated"));
  }
  record_unix_ms_ = record.time_unix_ms();
  PLEAT_RETURN_IF_ERROR(Annotate(ApplyUpdate(record), where));
  sequence_ = record.sequence();
  // The first record of a removal only brings its reply: it holds once the files are gone.
  const bool is_answered = !record.has_sweep_removed() || record.sweep_removed().files_gone();
  if (record.has_reply() && is_answered) replies_.Record(record.reply());
  return absl::OkStatus();
}

absl::Status State::ApplyUpdate(const v1::JournalRecord& record) {
  if (!record.study().empty()) return studies_.Apply(record);
  switch (record.update_case()) {
    case v1::JournalRecord::kJournalCreated:
      return Create(record.journal_created());
    case v1::JournalRecord::kSweepSubmitted:
      return Submit(record);
    case v1::JournalRecord::kSweepRemoved:
      return Remove(record);
    default:
      break;
  }
  const auto position = sweeps_.find(record.sweep());
  if (position == sweeps_.end()) {
    return Misfit(absl::StrCat("there is no sweep '", record.sweep(), "'"));
  }
  if (position->second.ended.has_value()) {
    return Misfit(absl::StrCat("sweep '", record.sweep(), "' has ended"));
  }
  return ApplyToSweep(position->second, record);
}

absl::Status State::ApplyToSweep(Sweep& sweep, const v1::JournalRecord& record) {
  switch (record.update_case()) {
    case v1::JournalRecord::kFoldsAssigned:
      return AssignFolds(sweep, record.folds_assigned());
    case v1::JournalRecord::kWarmStartFixed:
      return FixWarmStart(sweep, record.warm_start_fixed());
    case v1::JournalRecord::kTrialAdded:
      return AddTrial(sweep, record.trial_added());
    case v1::JournalRecord::kSearchEnded:
      return EndSearch(sweep, record.search_ended());
    case v1::JournalRecord::kTrialGiven:
      return GiveTrial(sweep, record.trial_given());
    case v1::JournalRecord::kSearchFinished:
      return FinishSearch(sweep, record.search_finished());
    case v1::JournalRecord::kExecutionFixed:
      if (sweep.execution.has_value()) return Misfit("execution is fixed twice");
      sweep.execution = record.execution_fixed();
      return absl::OkStatus();
    case v1::JournalRecord::kExecutionFreed:
      return FreeExecution(sweep);
    case v1::JournalRecord::kTaskLeased:
      return Lease(sweep, record.task_leased());
    case v1::JournalRecord::kEpochReported:
      return ReportEpoch(sweep, record.epoch_reported());
    case v1::JournalRecord::kCheckpointPublished: {
      const v1::CheckpointPublished& update = record.checkpoint_published();
      PLEAT_ASSIGN_OR_RETURN(const Found found,
                             FindRunning(sweep, update.task(), update.attempt()));
      found.task->checkpoint = update.checkpoint();
      found.task->has_advanced = true;
      return absl::OkStatus();
    }
    case v1::JournalRecord::kTaskCompleted:
      return Complete(sweep, record.task_completed());
    case v1::JournalRecord::kAttemptEnded:
      return EndAttempt(sweep, record.attempt_ended());
    case v1::JournalRecord::kTaskReady:
      return MakeReady(sweep, record.task_ready());
    case v1::JournalRecord::kEffectFailed:
      sweep.effect_failed = record.effect_failed();
      return absl::OkStatus();
    case v1::JournalRecord::kHoldChanged:
      return Hold(sweep, record.hold_changed());
    case v1::JournalRecord::kTaskAbandoned:
      return Abandon(sweep, record.task_abandoned());
    case v1::JournalRecord::kTrialFinished:
      return FinishTrial(sweep, record.trial_finished());
    case v1::JournalRecord::kTrialCancelled:
      return CancelTrial(sweep, record.trial_cancelled());
    case v1::JournalRecord::kTrialStopped:
      return StopTrial(sweep, record.trial_stopped());
    case v1::JournalRecord::kTrialPaused:
      return PauseTrial(sweep, record.trial_paused());
    case v1::JournalRecord::kTrialResumed:
      return ResumeTrial(sweep, record.trial_resumed());
    case v1::JournalRecord::kMembersSelected:
      return SelectMembers(sweep, record.members_selected());
    case v1::JournalRecord::kEnsembleBuilt:
      if (!sweep.members.has_value() || sweep.open_predictions > 0 || sweep.ensemble.has_value()) {
        return Misfit("the ensemble was not due");
      }
      sweep.ensemble = record.ensemble_built();
      sweep.effect_failed.reset();
      return absl::OkStatus();
    case v1::JournalRecord::kSweepEnded:
      return End(sweep, record);
    default:
      return Misfit("unknown kind; it was written by a newer version");
  }
}

absl::Status State::Create(const v1::JournalCreated& update) {
  if (update.format() != kFormat) {
    return absl::FailedPreconditionError(absl::StrCat("the journal has format ", update.format(),
                                                      ", this program reads format ", kFormat,
                                                      "; use the program that wrote it"));
  }
  if (update.store_uuid().empty()) return Misfit("the journal names no store");
  store_uuid_ = update.store_uuid();
  return absl::OkStatus();
}

absl::Status State::Submit(const v1::JournalRecord& record) {
  const v1::SweepSubmitted& update = record.sweep_submitted();
  if (record.sweep().empty() || removing_.contains(record.sweep())) {
    return Misfit(absl::StrCat("the name '", record.sweep(), "' is not free"));
  }
  auto search = MakeSearchMethod(update.spec());
  if (!search.ok()) return Misfit(search.status().ToString());
  const auto [position, is_new] = sweeps_.try_emplace(record.sweep());
  if (!is_new) return Misfit(absl::StrCat("sweep '", record.sweep(), "' exists"));

  Sweep& sweep = position->second;
  sweep.name = record.sweep();
  sweep.source = update.source();
  sweep.spec = update.spec();
  sweep.spec_sha256 = update.spec_sha256();
  sweep.search = *std::move(search);
  sweep.rank = {.minus_priority = -update.spec().priority(), .sequence = record.sequence()};
  const auto earlier = last_attempts_.find(sweep.name);
  if (earlier != last_attempts_.end()) sweep.attempts_before = earlier->second;
  sweep.submitted_unix_ms = record.time_unix_ms();
  live_sweeps_.emplace(sweep.rank, &sweep);
  Enqueue(sweep, TaskKey{});
  return absl::OkStatus();
}

// Two records: the sweep is forgotten, then its files are gone and the name is free.
absl::Status State::Remove(const v1::JournalRecord& record) {
  last_attempts_[record.sweep()] = record.sweep_removed().last_attempt();
  if (record.sweep_removed().files_gone()) {
    removing_.erase(record.sweep());
    return absl::OkStatus();
  }
  const auto position = sweeps_.find(record.sweep());
  // The journal has dropped the records of a removed sweep, so a replay may not know it.
  if (position != sweeps_.end()) {
    if (!position->second.ended.has_value()) return Misfit("a sweep was removed while it ran");
    sweeps_.erase(position);
  }
  removing_.emplace(record.sweep(), record);
  return absl::OkStatus();
}

absl::Status State::AssignFolds(Sweep& sweep, const v1::FoldsAssigned& update) {
  if (sweep.prepared().datasets_size() == 0 || sweep.folds.has_value()) {
    return Misfit("fold assignment was not due");
  }
  sweep.folds = update;
  sweep.folds_unix_ms = record_unix_ms_;
  sweep.effect_failed.reset();
  return absl::OkStatus();
}

absl::Status State::FixWarmStart(Sweep& sweep, const v1::WarmStartFixed& update) {
  if (!sweep.folds.has_value() || !sweep.AwaitsWarmStart() || !sweep.trials.empty()) {
    return Misfit("trials of earlier sweeps were not due");
  }
  auto search = MakeSearchMethod(sweep.spec, WarmTrials(sweep.spec.search(), update));
  if (!search.ok()) return Misfit(search.status().ToString());
  sweep.search = *std::move(search);
  sweep.warm_start = update;
  return absl::OkStatus();
}

absl::Status State::AddTrial(Sweep& sweep, const v1::TrialAdded& update) {
  if (!sweep.folds.has_value() || sweep.AwaitsWarmStart() ||
      update.trial() != sweep.trials.size() || sweep.SearchIsOver()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not due"));
  }
  auto config = ResolveTrial(sweep.spec, update.trial(),
                             {update.parameters().begin(), update.parameters().end()});
  if (!config.ok()) return Misfit(config.status().ToString());
  const bool starts_from = config->training().has_start_from();
  if (update.start_weights_size() != (starts_from ? static_cast<int>(sweep.fold_count()) : 0)) {
    return Misfit(absl::StrCat("trial ", update.trial(), " begins with ",
                               update.start_weights_size(), " weights"));
  }
  Trial& trial = sweep.trials.emplace_back();
  trial.config = *std::move(config);
  trial.start_weights.assign(update.start_weights().begin(), update.start_weights().end());
  trial.open_folds = sweep.fold_count();
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    Enqueue(sweep, {TaskKind::kTrainFold, update.trial(), fold});
  }
  return absl::OkStatus();
}

absl::Status State::EndSearch(Sweep& sweep, const v1::SearchEnded& update) {
  if (!sweep.folds.has_value() || sweep.SearchIsOver()) return Misfit("the search was not to end");
  sweep.search_ended = update;
  return absl::OkStatus();
}

absl::Status State::GiveTrial(Sweep& sweep, const v1::TrialGiven& update) {
  if (WhyNoGivenTrial(sweep).has_value() || update.trial() != sweep.given.size()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to be given"));
  }
  sweep.given.push_back(update);
  return absl::OkStatus();
}

absl::Status State::FinishSearch(Sweep& sweep, const v1::SearchFinished& update) {
  if (!TakesGivenTrials(sweep) || sweep.search_finished || sweep.search_ended.has_value() ||
      update.trials() != sweep.given.size()) {
    return Misfit("the search was not to finish");
  }
  sweep.search_finished = true;
  return absl::OkStatus();
}

absl::Status State::FreeExecution(Sweep& sweep) {
  if (!sweep.execution.has_value()) return Misfit("execution is freed, but was not fixed");
  if (sweep.DependsOnExecution()) return Misfit("execution is freed, but folds depend on it");
  sweep.execution.reset();
  // Those who wait are to be offered what is ready already.
  ++ready_additions_;
  return absl::OkStatus();
}

absl::Status State::Lease(Sweep& sweep, const v1::TaskLeased& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  TaskState& task = *found.task;
  if (task.phase != TaskPhase::kWaiting || update.attempt() < sweep.NextAttempt(found.key)) {
    return Misfit(
        absl::StrCat("attempt ", update.attempt(), " of ", update.task(), " was not to be leased"));
  }
  if (!held_.try_emplace(update.worker(), TaskRef{sweep.name, found.key}).second) {
    return Misfit(absl::StrCat("worker '", update.worker(), "' holds another lease"));
  }
  Dequeue(sweep, found.key);
  sweep.running.insert(found.key);
  task.phase = TaskPhase::kRunning;
  task.attempt = update.attempt();
  task.worker = update.worker();
  task.leased_unix_ms = record_unix_ms_;
  task.has_advanced = false;
  return absl::OkStatus();
}

absl::Status State::ReportEpoch(Sweep& sweep, const v1::EpochReported& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  TaskState& task = *found.task;
  task.last_epoch = update.metrics();
  if (update.metrics().epoch() > task.furthest_epoch) {
    task.furthest_epoch = update.metrics().epoch();
    task.has_advanced = true;
  }
  if (sweep.TrialsRace() && found.key.kind == TaskKind::kTrainFold) {
    task.scores.Add(update.metrics(), sweep.trials[found.key.trial].config.training(),
                    sweep.spec.search().metric());
  }
  return absl::OkStatus();
}

absl::Status State::Complete(Sweep& sweep, const v1::TaskCompleted& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  if (!ResultFits(found.key.kind, update.result())) return Misfit("a result of another kind");
  StopRunning(sweep, found.key);
  TaskState& task = *found.task;
  task.phase = TaskPhase::kDone;
  task.result = update.result();
  task.checkpoint.reset();
  task.message.clear();
  if (found.key.kind == TaskKind::kTrainFold) {
    --sweep.trials[found.key.trial].open_folds;
    ++sweep.folds_done;
  }
  if (found.key.kind == TaskKind::kPredict) --sweep.open_predictions;
  return absl::OkStatus();
}

absl::Status State::EndAttempt(Sweep& sweep, const v1::AttemptEnded& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  StopRunning(sweep, found.key);
  found.task->message = update.message();
  if (update.end() == v1::ATTEMPT_END_CANCELLED) {
    found.task->phase = TaskPhase::kCancelled;
    return absl::OkStatus();
  }
  if (found.task->has_advanced) found.task->fruitless = 0;
  if (update.end() == v1::ATTEMPT_END_EXPIRED && !found.task->has_advanced) {
    ++found.task->fruitless;
  }
  if (update.failure() == v1::FAILURE_KIND_DATA) {
    // The worker's failure, not the task's.
    sweep.kept_away[found.task->worker] = update.message();
  } else if (update.end() == v1::ATTEMPT_END_FAILED) {
    ++found.task->failures;
    // The checkpoint may be the damaged file: the next attempt starts from the beginning.
    if (update.failure() == v1::FAILURE_KIND_STORE) found.task->checkpoint.reset();
  }
  if (update.retry_after_ms() == 0) {
    Enqueue(sweep, found.key);
    return absl::OkStatus();
  }
  found.task->phase = TaskPhase::kWaiting;
  found.task->retry_after_ms = update.retry_after_ms();
  sweep.delayed.insert(found.key);
  return absl::OkStatus();
}

absl::Status State::MakeReady(Sweep& sweep, const v1::TaskReady& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  if (!sweep.delayed.contains(found.key)) {
    return Misfit(absl::StrCat(update.task(), " was not delayed"));
  }
  Dequeue(sweep, found.key);
  Enqueue(sweep, found.key);
  return absl::OkStatus();
}

absl::Status State::Hold(Sweep& sweep, const v1::HoldChanged& update) {
  sweep.hold = update.reason();
  // Those who wait are to be offered what is ready already.
  if (sweep.hold.empty()) ++ready_additions_;
  return absl::OkStatus();
}

absl::Status State::Abandon(Sweep& sweep, const v1::TaskAbandoned& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  if (found.task->phase != TaskPhase::kWaiting) {
    return Misfit(absl::StrCat(update.task(), " does not wait, so it cannot be abandoned"));
  }
  Dequeue(sweep, found.key);
  found.task->phase = TaskPhase::kAbandoned;
  found.task->message = update.reason();
  if (found.key.kind == TaskKind::kTrainFold) --sweep.trials[found.key.trial].open_folds;
  return absl::OkStatus();
}

absl::Status State::FinishTrial(Sweep& sweep, const v1::TrialFinished& update) {
  if (update.trial() >= sweep.trials.size()) return Misfit("an unknown trial finished");
  Trial& trial = sweep.trials[update.trial()];
  if (trial.ended() || trial.open_folds > 0) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to finish"));
  }
  trial.finished = update;
  ++sweep.trials_ended;
  if (sweep.TrialsRace()) sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  if (update.folds_size() > 0 && IsBetter(sweep, update)) sweep.best_trial = update.trial();
  return absl::OkStatus();
}

absl::Status State::CancelTrial(Sweep& sweep, const v1::TrialCancelled& update) {
  PLEAT_RETURN_IF_ERROR(CancelFolds(sweep, update.trial()));
  sweep.trials[update.trial()].cancelled = update;
  ++sweep.trials_ended;
  return absl::OkStatus();
}

absl::Status State::StopTrial(Sweep& sweep, const v1::TrialStopped& update) {
  if (!sweep.TrialsRace()) return Misfit("a trial was stopped, but the trials do not race");
  PLEAT_RETURN_IF_ERROR(CancelFolds(sweep, update.trial()));
  for (const uint32_t fold : update.folds()) {
    const auto task = sweep.tasks.find({TaskKind::kTrainFold, update.trial(), fold});
    if (task == sweep.tasks.end() || task->second.phase != TaskPhase::kDone) {
      return Misfit(
          absl::StrCat("fold ", fold, " of stopped trial ", update.trial(), " is not finished"));
    }
  }
  sweep.trials[update.trial()].stopped = update;
  ++sweep.trials_ended;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::PauseTrial(Sweep& sweep, const v1::TrialPaused& update) {
  if (!sweep.TrialsRace() || update.trial() >= sweep.trials.size() ||
      sweep.trials[update.trial()].ended() || sweep.trials[update.trial()].paused.has_value()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to pause"));
  }
  sweep.trials[update.trial()].paused = update;
  ++sweep.trials_paused;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::ResumeTrial(Sweep& sweep, const v1::TrialResumed& update) {
  if (update.trial() >= sweep.trials.size() || !sweep.trials[update.trial()].paused.has_value()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not paused"));
  }
  sweep.trials[update.trial()].paused.reset();
  --sweep.trials_paused;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::CancelFolds(Sweep& sweep, uint32_t trial) {
  if (trial >= sweep.trials.size() || sweep.trials[trial].ended()) {
    return Misfit(absl::StrCat("trial ", trial, " was not to leave"));
  }
  if (sweep.trials[trial].paused.has_value()) {
    sweep.trials[trial].paused.reset();
    --sweep.trials_paused;
  }
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskKey key{TaskKind::kTrainFold, trial, fold};
    TaskState& task = sweep.tasks.at(key);
    if (task.phase == TaskPhase::kRunning) return Misfit("a fold of a trial that left runs");
    if (task.phase != TaskPhase::kWaiting) continue;
    Dequeue(sweep, key);
    task.phase = TaskPhase::kCancelled;
  }
  return absl::OkStatus();
}

absl::Status State::SelectMembers(Sweep& sweep, const v1::MembersSelected& update) {
  if (!sweep.AllTrialsEnded() || sweep.members.has_value()) {
    return Misfit("member selection was not due");
  }
  for (const v1::Member& member : update.members()) {
    const auto fold = sweep.tasks.find({TaskKind::kTrainFold, member.trial(), member.fold()});
    if (fold == sweep.tasks.end() || fold->second.phase != TaskPhase::kDone) {
      return Misfit("a member's fold is not trained");
    }
  }
  sweep.members = update;
  sweep.effect_failed.reset();
  if (!NeedsPredictions(sweep, update)) return absl::OkStatus();
  for (const v1::Member& member : update.members()) {
    Enqueue(sweep, {TaskKind::kPredict, member.trial(), member.fold()});
    ++sweep.open_predictions;
  }
  return absl::OkStatus();
}

absl::Status State::End(Sweep& sweep, const v1::JournalRecord& record) {
  if (!sweep.running.empty()) return Misfit("the sweep ended while tasks ran");
  std::set<TaskKey> waiting = sweep.ready;
  waiting.merge(std::set<TaskKey>(sweep.delayed));
  for (const TaskKey& key : waiting) {
    Dequeue(sweep, key);
    sweep.tasks.at(key).phase = TaskPhase::kCancelled;
  }
  sweep.hold.clear();
  sweep.ended = record.sweep_ended();
  sweep.ended_unix_ms = record.time_unix_ms();
  live_sweeps_.erase(sweep.rank);
  return absl::OkStatus();
}

void State::Enqueue(Sweep& sweep, const TaskKey& key) {
  sweep.tasks[key].phase = TaskPhase::kWaiting;
  if (sweep.ready.empty()) ready_sweeps_.emplace(sweep.rank, &sweep);
  sweep.ready.insert(key);
  ++ready_additions_;
}

void State::Dequeue(Sweep& sweep, const TaskKey& key) {
  sweep.tasks.at(key).retry_after_ms = 0;
  sweep.delayed.erase(key);
  sweep.ready.erase(key);
  if (sweep.ready.empty()) ready_sweeps_.erase(sweep.rank);
}

void State::StopRunning(Sweep& sweep, const TaskKey& key) {
  if (key.kind == TaskKind::kTrainFold) {
    const int64_t held_ms = record_unix_ms_ - sweep.tasks.at(key).leased_unix_ms;
    sweep.trained_rank_ms += std::max<int64_t>(held_ms, 0) * sweep.execution->group_size();
  }
  sweep.running.erase(key);
  held_.erase(sweep.tasks.at(key).worker);
}

}  // namespace pleat
