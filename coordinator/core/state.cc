#include "coordinator/core/state.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

// What may still happen to a sweep that has ended.
bool ChangesEndedSweep(const v1::JournalRecord& record) {
  return record.has_sweep_extended() || record.has_trial_retried() || record.has_limits_changed() ||
         record.has_garbage_collected();
}

}  // namespace

const Sweep* State::FindSweep(const std::string& name) const {
  const auto position = sweeps_.find(name);
  return position == sweeps_.end() ? nullptr : &position->second;
}

uint64_t State::AttemptsOfRemoved(const std::string& name) const {
  const auto own = last_attempts_.find(name);
  return own != last_attempts_.end() ? own->second : last_attempt_of_others_;
}

uint64_t State::HighestAttempt() const {
  uint64_t highest = std::max(attempts_before_, last_attempt_of_others_);
  for (const auto& [name, attempt] : last_attempts_) highest = std::max(highest, attempt);
  for (const auto& [name, sweep] : sweeps_) highest = std::max(highest, sweep.LastAttempt());
  return highest;
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
    case v1::JournalRecord::kSnapshotTaken:
      snapshot_taken_ = record.snapshot_taken();
      return absl::OkStatus();
    case v1::JournalRecord::kJournalRestored:
      return Restore(record.journal_restored());
    default:
      break;
  }
  const auto position = sweeps_.find(record.sweep());
  if (position == sweeps_.end()) {
    return Misfit(absl::StrCat("there is no sweep '", record.sweep(), "'"));
  }
  if (position->second.ended.has_value() && !ChangesEndedSweep(record)) {
    return Misfit(absl::StrCat("sweep '", record.sweep(), "' has ended"));
  }
  PLEAT_RETURN_IF_ERROR(ApplyToSweep(position->second, record));
  NoteGarbage(position->second, record);
  return absl::OkStatus();
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
    case v1::JournalRecord::kSweepExtended:
      return Extend(sweep, record);
    case v1::JournalRecord::kTrialRetried:
      return RetryTrial(sweep, record);
    case v1::JournalRecord::kLimitsChanged:
      return ChangeLimits(sweep, record);
    case v1::JournalRecord::kExecutionFixed:
      if (sweep.execution.has_value()) return Misfit("execution is fixed twice");
      if (record.execution_fixed().group_size() > kMostRanks) {
        return Misfit("execution is fixed for a group that is too large");
      }
      sweep.execution = record.execution_fixed();
      return absl::OkStatus();
    case v1::JournalRecord::kExecutionFreed:
      return FreeExecution(sweep);
    case v1::JournalRecord::kTaskLeased:
      return Lease(sweep, record.task_leased());
    case v1::JournalRecord::kEpochReported:
      return ReportEpoch(sweep, record.epoch_reported());
    case v1::JournalRecord::kCheckpointPublished:
      return Publish(sweep, record.checkpoint_published());
    case v1::JournalRecord::kCheckpointQuarantined:
      return Quarantine(sweep, record.checkpoint_quarantined());
    case v1::JournalRecord::kTaskWaiting:
      return Wait(sweep, record.task_waiting());
    case v1::JournalRecord::kTaskCompleted:
      return Complete(sweep, record.task_completed());
    case v1::JournalRecord::kResultHeld:
      return HoldResult(sweep, record.result_held());
    case v1::JournalRecord::kGroupSetAside:
      groups_.SetAside(record.group_set_aside());
      return absl::OkStatus();
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
    case v1::JournalRecord::kGarbageCollected:
      return absl::OkStatus();  // see NoteGarbage
    case v1::JournalRecord::kWeightsFreed:
      return FreeWeights(sweep, record.weights_freed());
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

absl::Status State::Restore(const v1::JournalRestored& update) {
  if (update.attempts_before() <= attempts_before_) {
    return Misfit("attempts after a restore do not grow");
  }
  attempts_before_ = update.attempts_before();
  snapshot_taken_.reset();  // its file was left behind
  for (auto& [name, sweep] : sweeps_) {
    if (sweep.LastAttempt() > attempts_before_) return Misfit("attempts after a restore shrink");
    sweep.attempts_before = attempts_before_;
  }
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
  sweep.rank = {.minus_priority = -int64_t{update.spec().priority()},
                .sequence = record.sequence()};
  const auto earlier = last_attempts_.find(sweep.name);
  // A replay need not know all removals any more, so the record itself says what it knew of them.
  sweep.attempts_before = std::max(attempts_before_, update.attempts_before());
  if (earlier != last_attempts_.end()) {
    sweep.attempts_before = std::max(sweep.attempts_before, earlier->second);
  }
  sweep.submitted_unix_ms = record.time_unix_ms();
  live_sweeps_.emplace(sweep.rank, &sweep);
  Enqueue(sweep, TaskKey{});
  return absl::OkStatus();
}

// Two records: the sweep is forgotten, then its files are gone and the name is free.
absl::Status State::Remove(const v1::JournalRecord& record) {
  if (last_attempts_.size() >= kMostRemovedNames && !last_attempts_.contains(record.sweep())) {
    for (const auto& [name, attempt] : last_attempts_) {
      last_attempt_of_others_ = std::max(last_attempt_of_others_, attempt);
    }
    last_attempts_.clear();
  }
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
  if (sweep.awaits_repeats) return AddRepeats(sweep, update);
  if (sweep.prepared().datasets_size() == 0 || sweep.folds.has_value()) {
    return Misfit("fold assignment was not due");
  }
  sweep.folds = update;
  ResizeRace(sweep, /*round=*/0);
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

absl::Status State::FreeExecution(Sweep& sweep) {
  if (!sweep.execution.has_value()) return Misfit("execution is freed, but was not fixed");
  if (sweep.DependsOnExecution()) return Misfit("execution is freed, but folds depend on it");
  sweep.execution.reset();
  // Those who wait are to be offered what is ready already.
  ++ready_additions_;
  return absl::OkStatus();
}

absl::Status State::Hold(Sweep& sweep, const v1::HoldChanged& update) {
  sweep.hold = update.reason();
  // Those who wait are to be offered what is ready already.
  if (sweep.hold.empty()) ++ready_additions_;
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
    const TaskKey key{TaskKind::kPredict, member.trial(), member.fold()};
    TaskState& task = sweep.tasks[key];
    // Views follow from the spec: what was predicted for an earlier ensemble holds.
    if (task.phase == TaskPhase::kDone) continue;
    task.failures = 0;
    task.fruitless = 0;
    Enqueue(sweep, key);
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

}  // namespace pleat
