// What follows from what happened: trials to add, failures to judge, sweeps to end.
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/transform_check.h"
#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/common_cause.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/retry_policy.h"
#include "coordinator/core/search_budget.h"
#include "coordinator/core/search_history.h"
#include "coordinator/core/start_weights.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

// A fold that ends its worker each time looks like workers that come and go.
constexpr uint32_t kMostFruitless = 10;
// The same of other tasks. They have no epochs to tell them from bad luck, and to give one up ends
// the sweep.
constexpr uint32_t kMostFruitlessOfOthers = 100;

absl::Status CheckFitsImages(const v1::SweepSpec& spec, const v1::DatasetInfo& train) {
  PLEAT_RETURN_IF_ERROR(CheckAugmentationFits(spec, train.height(), train.width()));
  return CheckViewsFit(spec.ensemble(), train.height(), train.width());
}

// What allows the next trial to be added.
std::string PlaceText(const Sweep& sweep) {
  const size_t open = sweep.TrialsInFlight();
  if (open >= MostInFlight(sweep)) {
    return absl::StrCat("added ahead of its place in the race of ", MostInFlight(sweep),
                        MostInFlight(sweep) == 1 ? " trial" : " trials", " at a time");
  }
  return absl::StrCat(open, " of at most ", MostInFlight(sweep), " trials were in flight");
}

}  // namespace

void CoordinatorCore::Impl::Advance(const std::string& name) {
  const Sweep* sweep = state.FindSweep(name);
  if (sweep != nullptr && PendingEffect(*sweep) == EffectKind::kAssignFolds) FailIfMisfit(*sweep);
  if (sweep != nullptr && !sweep->ended.has_value() && sweep->folds.has_value()) {
    ConcludeRace(*sweep);
    if (sweep->AwaitsWarmStart()) FixWarmStart(*sweep);
    AddTrials(*sweep);
    // That no trial comes any more may end those that are paused, or let them go on.
    if (sweep->SearchIsOver()) ConcludeRace(*sweep);
    if (!sweep->ended.has_value() && sweep->AllTrialsEnded() && !sweep->best_trial.has_value()) {
      const std::string cause = CommonestCause(*sweep);
      EndSweep(*sweep, v1::SWEEP_STATE_FAILED,
               absl::StrCat("no trial has a finished fold, so no ensemble can be made; ",
                            cause.empty() ? "" : cause + "; ", "`pleat explain ", name,
                            "` tells why each fold ended"));
    }
  }
  StartEffect(name);
}

void CoordinatorCore::Impl::FailIfMisfit(const Sweep& sweep) {
  const absl::Status fit = CheckFitsImages(sweep.spec, sweep.prepared().datasets(0));
  if (fit.ok()) return;
  FailSweep(sweep, v1::FAILURE_KIND_CONFIG,
            absl::StrCat("the configuration does not fit the images: ", fit.message()));
}

void CoordinatorCore::Impl::FixWarmStart(const Sweep& sweep) {
  const auto fixed = ResolveWarmStart(state, sweep);
  if (!fixed.ok()) {
    return FailSweep(sweep, v1::FAILURE_KIND_CONFIG, std::string(fixed.status().message()));
  }
  v1::JournalRecord record = RecordFor(sweep);
  *record.mutable_warm_start_fixed() = *fixed;
  Emit(std::move(record));
}

bool CoordinatorCore::Impl::EndSearchIfSpent(const Sweep& sweep) {
  const auto spent = SpentBudget(sweep, KnownTrials(sweep), now.unix_ms);
  if (!spent.has_value()) return false;
  v1::JournalRecord record = RecordFor(sweep);
  *record.mutable_search_ended() = *spent;
  Emit(std::move(record));
  return true;
}

void CoordinatorCore::Impl::AddTrials(const Sweep& sweep) {
  while (!sweep.ended.has_value() && MayAddTrial(sweep) && !EndSearchIfSpent(sweep) &&
         !LearnsForNext(sweep)) {
    AddTrial(sweep, NextTrial(sweep));
  }
}

void CoordinatorCore::Impl::AddTrial(const Sweep& sweep, const Suggestion& suggestion) {
  const auto number = static_cast<uint32_t>(sweep.trials.size());
  const auto config = ResolveTrial(sweep.spec, number, suggestion.parameters);
  if (!config.ok()) {
    return FailSweep(sweep, v1::FAILURE_KIND_CONFIG,
                     absl::StrCat("trial ", number, ": ", config.status().message()));
  }
  v1::JournalRecord record = RecordFor(sweep);
  v1::TrialAdded* update = record.mutable_trial_added();
  update->set_trial(number);
  update->mutable_parameters()->Assign(suggestion.parameters.begin(), suggestion.parameters.end());
  update->set_reason(absl::StrCat(suggestion.reason, "; ", PlaceText(sweep)));
  if (config->training().has_start_from()) {
    const v1::StartFromSpec& start = config->training().start_from();
    const auto weights = ResolveStart(state, start, sweep.fold_count());
    if (!weights.ok()) {
      return FailSweep(sweep, v1::FAILURE_KIND_CONFIG,
                       absl::StrCat("trial ", number, ": ", weights.status().message()));
    }
    update->mutable_start_weights()->Assign(weights->begin(), weights->end());
    absl::StrAppend(update->mutable_reason(), "; ", StartText(state, sweep, start));
  }
  Emit(std::move(record));
}

void CoordinatorCore::Impl::FinishTrialIfDue(const Sweep& sweep, uint32_t number) {
  const Trial& trial = sweep.trials[number];
  if (trial.open_folds > 0 || trial.ended() || (sweep.TrialsRace() && !trial.is_retried)) return;
  FinishTrial(sweep, number, /*round=*/0);
}

void CoordinatorCore::Impl::FinishTrial(const Sweep& sweep, uint32_t number, uint32_t round) {
  v1::JournalRecord record = RecordFor(sweep);
  v1::TrialFinished* update = record.mutable_trial_finished();
  update->set_trial(number);
  update->set_round(round);
  std::vector<double> values;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, number, fold});
    if (task.phase != TaskPhase::kDone) continue;
    update->add_folds(fold);
    values.push_back(
        MetricValue(sweep.spec.search().metric(), task.result->train_fold().metrics()));
  }
  if (!values.empty()) {
    const MeanAndError score = MeanWithStandardError(values);
    update->set_mean(score.mean);
    update->set_standard_error(score.standard_error);
  }
  Emit(std::move(record));
}

void CoordinatorCore::Impl::FailAttempt(const Sweep& sweep, const TaskKey& key,
                                        const v1::FailTaskRequest& request,
                                        const v1::RecordedReply& reply) {
  const TaskState& task = sweep.tasks.at(key);
  const v1::FailureKind kind = request.kind();
  const bool is_data = kind == v1::FAILURE_KIND_DATA;
  const uint32_t failures = task.failures + 1;
  const bool may_pass = !is_data && kind != v1::FAILURE_KIND_CONFIG &&
                        kind != v1::FAILURE_KIND_NAN &&
                        failures < sweep.spec.resources().max_failures();
  EndAttempt(sweep, key,
             {.end = v1::ATTEMPT_END_FAILED,
              .message = request.message(),
              .failure = kind,
              .retry_after_ms = may_pass ? TaskRetryMs(kind, failures) : 0},
             &reply);
  if (may_pass) JudgeGroups(sweep, {{task.worker, task.host}});
  // Once prepared, the data hold; that they are missing or others is one worker's failure.
  // If all too many say so, it is the sweep's.
  const bool is_only_theirs = is_data && key.kind != TaskKind::kPrepareData &&
                              sweep.kept_away.size() < options.capacity.kept_away;
  if (may_pass || is_only_theirs) return;
  if (is_data || kind == v1::FAILURE_KIND_CONFIG) {
    FailSweep(
        sweep, kind,
        absl::StrCat(is_data ? "the data do not hold: " : "the configuration cannot be trained: ",
                     task.message, " (", TaskText(key), ")"));
  } else if (kind == v1::FAILURE_KIND_NAN) {
    Abandon(sweep, key, absl::StrCat("the loss is not finite: ", task.message));
  } else {
    Abandon(sweep, key,
            absl::StrCat(failures, failures == 1 ? " attempt" : " attempts",
                         " failed, the last: ", task.message));
  }
}

void CoordinatorCore::Impl::DecideAfterLoss(const Sweep& sweep, const TaskKey& key) {
  const TaskState& task = sweep.tasks.at(key);
  const bool is_fold = key.kind == TaskKind::kTrainFold;
  if (task.fruitless < (is_fold ? kMostFruitless : kMostFruitlessOfOthers)) return;
  Abandon(sweep, key,
          absl::StrCat(task.fruitless, " attempts were lost",
                       is_fold ? " without a new epoch or a checkpoint" : "",
                       ", the last: ", task.message));
  Advance(sweep.name);
}

void CoordinatorCore::Impl::Abandon(const Sweep& sweep, const TaskKey& key,
                                    const std::string& reason) {
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_task_abandoned()->set_task(TaskId(key));
  record.mutable_task_abandoned()->set_reason(reason);
  Emit(std::move(record));
  if (key.kind == TaskKind::kTrainFold) return FinishTrialIfDue(sweep, key.trial);
  // The ensemble cannot do without.
  EndSweep(sweep, v1::SWEEP_STATE_FAILED, absl::StrCat("gave up ", TaskText(key), ": ", reason));
}

void CoordinatorCore::Impl::EndAttempt(const Sweep& sweep, const TaskKey& key,
                                       const AttemptEnding& ending,
                                       const v1::RecordedReply* reply) {
  v1::JournalRecord record = RecordFor(sweep);
  v1::AttemptEnded* update = record.mutable_attempt_ended();
  update->set_task(TaskId(key));
  update->set_attempt(sweep.tasks.at(key).attempt);
  update->set_end(ending.end);
  update->set_failure(ending.failure);
  update->set_message(ending.message);
  update->set_retry_after_ms(ending.retry_after_ms);
  if (reply != nullptr) *record.mutable_reply() = *reply;
  Emit(std::move(record));
  if (ending.end != v1::ATTEMPT_END_CANCELLED) FreeExecutionIfUnused(sweep);
}

void CoordinatorCore::Impl::FreeExecutionIfUnused(const Sweep& sweep) {
  if (!sweep.execution.has_value() || sweep.DependsOnExecution()) return;
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_execution_freed();
  Emit(std::move(record));
}

void CoordinatorCore::Impl::EndFoldsOf(const Sweep& sweep, uint32_t trial,
                                       const std::string& message) {
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskKey key{TaskKind::kTrainFold, trial, fold};
    if (!sweep.running.contains(key)) continue;
    EndAttempt(sweep, key, {.end = v1::ATTEMPT_END_CANCELLED, .message = message});
  }
}

void CoordinatorCore::Impl::CancelTrial(const Sweep& sweep, uint32_t trial,
                                        const std::string& reason, const v1::RecordedReply* reply) {
  EndFoldsOf(sweep, trial, absl::StrCat("trial ", trial, " was ", reason));
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_trial_cancelled()->set_trial(trial);
  record.mutable_trial_cancelled()->set_reason(reason);
  const SweepRace* race = races.Find(sweep.name);
  if (race != nullptr) record.mutable_trial_cancelled()->set_round(race->round());
  if (reply != nullptr) *record.mutable_reply() = *reply;
  Emit(std::move(record));
  FreeExecutionIfUnused(sweep);
}

void CoordinatorCore::Impl::EndSweep(const Sweep& sweep, v1::SweepState how,
                                     const std::string& reason, const v1::RecordedReply* reply,
                                     v1::FailureKind failure) {
  effect_retries.erase(sweep.name);
  const std::vector<TaskKey> running(sweep.running.begin(), sweep.running.end());
  for (const TaskKey& key : running) {
    EndAttempt(
        sweep, key,
        {.end = v1::ATTEMPT_END_CANCELLED, .message = absl::StrCat("the sweep ended: ", reason)});
  }
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_sweep_ended()->set_state(how);
  record.mutable_sweep_ended()->set_reason(reason);
  record.mutable_sweep_ended()->set_failure(failure);
  if (reply != nullptr) *record.mutable_reply() = *reply;
  Emit(std::move(record));
}

void CoordinatorCore::Impl::FailSweep(const Sweep& sweep, v1::FailureKind failure,
                                      const std::string& reason) {
  EndSweep(sweep, v1::SWEEP_STATE_FAILED, reason, /*reply=*/nullptr, failure);
}

}  // namespace pleat
