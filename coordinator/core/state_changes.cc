// Applies the records about what somebody changes of a sweep after its submission.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/folds/splitter.h"
#include "coordinator/core/change_text.h"
#include "coordinator/core/elapsed.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/state.h"
#include "coordinator/core/warm_start.h"

namespace pleat {

absl::Status State::Extend(Sweep& sweep, const v1::JournalRecord& record) {
  const v1::SweepExtended& update = record.sweep_extended();
  if (!sweep.folds.has_value()) return Misfit("a sweep was extended that has no folds");
  if (update.reopened()) PLEAT_RETURN_IF_ERROR(Reopen(sweep));
  if (sweep.ended.has_value()) return Misfit("a sweep was extended that had ended");
  if (update.repeats() != update.repeats_before()) {
    v1::RepeatedKFoldSpec* repeated = FindRepeats(sweep.spec.mutable_cross_validation());
    if (repeated == nullptr || !update.reopened()) return Misfit("repeats were not to be added");
    repeated->set_repeats(update.repeats());
    sweep.awaits_repeats = true;
  } else {
    sweep.search_ended.reset();
    sweep.search_finished = false;
    PLEAT_RETURN_IF_ERROR(ResizeSearch(sweep, update.trials()));
    ResizeRace(sweep, update.round());
  }
  Note(sweep, record, ChangeText(update));
  return absl::OkStatus();
}

absl::Status State::RetryTrial(Sweep& sweep, const v1::JournalRecord& record) {
  const v1::TrialRetried& update = record.trial_retried();
  if (update.trial() >= sweep.trials.size() || !sweep.trials[update.trial()].ended()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to be retried"));
  }
  if (update.reopened()) PLEAT_RETURN_IF_ERROR(Reopen(sweep));
  if (sweep.ended.has_value()) return Misfit("a trial was retried of a sweep that had ended");
  Trial& trial = sweep.trials[update.trial()];
  trial.finished.reset();
  trial.cancelled.reset();
  trial.stopped.reset();
  trial.is_retried = true;
  --sweep.trials_ended;
  ChooseBest(sweep);
  for (const uint32_t fold : update.folds()) {
    PLEAT_RETURN_IF_ERROR(
        RetryFold(sweep, {TaskKind::kTrainFold, update.trial(), fold}, update.fresh()));
  }
  Note(sweep, record, ChangeText(update));
  return absl::OkStatus();
}

absl::Status State::RetryFold(Sweep& sweep, const TaskKey& key, bool is_fresh) {
  const auto position = sweep.tasks.find(key);
  if (position == sweep.tasks.end() || (position->second.phase != TaskPhase::kAbandoned &&
                                        position->second.phase != TaskPhase::kCancelled)) {
    return Misfit(absl::StrCat(TaskText(key), " was not to be retried"));
  }
  TaskState& task = position->second;
  // Those of a trial that left are open as they were.
  if (task.phase == TaskPhase::kAbandoned) ++sweep.trials[key.trial].open_folds;
  if (!sweep.retried.contains(key)) task.has_failed_race = task.phase == TaskPhase::kAbandoned;
  sweep.retried.insert(key);
  task.failures = 0;
  task.fruitless = 0;
  task.visits.clear();
  task.held.clear();
  task.message.clear();
  if (is_fresh) task.ForgetCheckpoints();
  Enqueue(sweep, key);
  return absl::OkStatus();
}

absl::Status State::ChangeLimits(Sweep& sweep, const v1::JournalRecord& record) {
  const v1::LimitsChanged& update = record.limits_changed();
  v1::SearchSpec& search = *sweep.spec.mutable_search();
  search.clear_budget();
  if (update.has_budget()) *search.mutable_budget() = update.budget();
  sweep.spec.mutable_resources()->set_max_concurrent_trials(update.max_concurrent_trials());
  sweep.spec.mutable_resources()->set_max_failures(update.max_failures());
  // Whether they are spent is decided anew.
  if (!sweep.ended.has_value()) sweep.search_ended.reset();
  PLEAT_RETURN_IF_ERROR(ResizeSearch(sweep, update.max_trials()));
  if (sweep.folds.has_value()) ResizeRace(sweep, update.round());
  Note(sweep, record, ChangeText(update));
  return absl::OkStatus();
}

absl::Status State::Reopen(Sweep& sweep) {
  if (!sweep.ended.has_value() || !MayReopen(sweep)) return Misfit("a sweep was not to go on");
  // The time between counts for no budget.
  const int64_t between_ms = ElapsedMs(sweep.ended_unix_ms, record_unix_ms_);
  if (__builtin_add_overflow(sweep.folds_unix_ms, between_ms, &sweep.folds_unix_ms)) {
    return Misfit("a sweep went on at a time that is none");
  }
  sweep.ended.reset();
  sweep.ended_unix_ms = 0;
  sweep.effect_failed.reset();
  if (sweep.members.has_value()) ++sweep.ensemble_version;
  if (sweep.ensemble.has_value()) {
    sweep.earlier_ensemble = {.members = *sweep.members, .built = *sweep.ensemble};
  }
  sweep.members.reset();
  sweep.ensemble.reset();
  sweep.open_predictions = 0;
  live_sweeps_.emplace(sweep.rank, &sweep);
  return absl::OkStatus();
}

absl::Status State::AddRepeats(Sweep& sweep, const v1::FoldsAssigned& update) {
  const uint32_t before = sweep.fold_count();
  if (static_cast<uint32_t>(update.rows_size()) <= before ||
      !std::equal(sweep.folds->rows().begin(), sweep.folds->rows().end(), update.rows().begin())) {
    return Misfit("the folds of further repeats do not go on from those before");
  }
  sweep.folds = update;
  sweep.awaits_repeats = false;
  sweep.effect_failed.reset();
  for (uint32_t number = 0; number < sweep.trials.size(); ++number) {
    Trial& trial = sweep.trials[number];
    const bool goes_on = trial.finished.has_value();
    if (goes_on) --sweep.trials_ended;
    trial.finished.reset();
    trial.open_folds += sweep.fold_count() - before;
    for (uint32_t fold = before; fold < sweep.fold_count(); ++fold) {
      const TaskKey key{TaskKind::kTrainFold, number, fold};
      if (goes_on) {
        Enqueue(sweep, key);
      } else {
        sweep.tasks[key].phase = TaskPhase::kCancelled;
      }
    }
  }
  ChooseBest(sweep);
  return absl::OkStatus();
}

absl::Status State::ResizeSearch(Sweep& sweep, uint32_t max_trials) {
  sweep.spec.mutable_search()->set_max_trials(max_trials);
  std::vector<PastTrial> earlier;
  if (sweep.warm_start.has_value()) {
    earlier = WarmTrials(sweep.spec.search(), *sweep.warm_start);
  }
  auto search = MakeSearchMethod(sweep.spec, earlier);
  if (!search.ok()) return Misfit(search.status().ToString());
  if ((*search)->size() < std::max(sweep.trials.size(), sweep.given.size())) {
    return Misfit("a search has fewer trials than have begun");
  }
  sweep.search = *std::move(search);
  return absl::OkStatus();
}

void State::Note(Sweep& sweep, const v1::JournalRecord& record, std::string what) {
  v1::SweepChange& change = sweep.changes.emplace_back();
  change.set_sequence(record.sequence());
  change.set_time_unix_ms(record.time_unix_ms());
  change.set_what(std::move(what));
}

}  // namespace pleat
