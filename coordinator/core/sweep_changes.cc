#include "coordinator/core/sweep_changes.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_reader.h"
#include "common/folds/splitter.h"
#include "coordinator/core/limits.h"
#include "coordinator/core/retention.h"
#include "coordinator/core/search_budget.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

// Whether the sweep has trials to come, or may get some again.
absl::Status CheckMayChange(const Sweep& sweep) {
  const std::string name = absl::StrCat("sweep '", sweep.name, "'");
  if (!sweep.ended.has_value()) {
    if (!sweep.AllTrialsEnded()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(name, " makes its ensemble now; try again when it has ended (`pleat watch ",
                     sweep.name, "`)"));
  }
  if (MayReopen(sweep)) return absl::OkStatus();
  const bool was_cancelled = sweep.ended->state() == v1::SWEEP_STATE_CANCELLED;
  return absl::FailedPreconditionError(
      absl::StrCat(name, was_cancelled ? " was cancelled" : " failed before its trials ended",
                   was_cancelled ? "" : absl::StrCat(": ", sweep.ended->reason()),
                   "; submit it again under another name, or after `pleat rm ", sweep.name, "`"));
}

uint32_t TrialsOfSearch(const Sweep& sweep) {
  return sweep.SearchIsOver() ? static_cast<uint32_t>(sweep.trials.size()) : sweep.search->size();
}

// The sweep with another spec, for what is counted by both.
Sweep WithSpec(const Sweep& sweep, const v1::SweepSpec& spec) {
  Sweep changed = sweep;
  changed.spec = spec;
  return changed;
}

// FAILED_PRECONDITION: no further trial could begin; `advice` says what to do.
absl::Status CheckLeftOfBudget(const Sweep& sweep, int64_t now_unix_ms, const std::string& advice) {
  const int64_t until_ms = sweep.ended.has_value() ? sweep.ended_unix_ms : now_unix_ms;
  const auto spent = SpentBudget(sweep, sweep.trials.size(), until_ms);
  if (!spent.has_value()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("no further trial could begin, since ", spent->reason(), "; ", advice));
}

// The number of trials of a search with this limit.
absl::StatusOr<uint32_t> SearchSize(const Sweep& sweep, const v1::SweepSpec& spec) {
  std::vector<PastTrial> earlier;
  if (sweep.warm_start.has_value()) earlier = WarmTrials(spec.search(), *sweep.warm_start);
  PLEAT_ASSIGN_OR_RETURN(const auto search, MakeSearchMethod(spec, earlier));
  return search->size();
}

// Why a sweep takes no further repeats; empty: it does.
std::string WhyNoRepeats(const Sweep& sweep, bool has_repeats) {
  if (!has_repeats) {
    return "is cut by a splitter without repeats; they take repeated_k_fold or "
           "repeated_stratified_k_fold";
  }
  if (sweep.TrialsRace()) return "races, and a race has the folds that it began with";
  if (!sweep.ended.has_value()) return "still runs; add repeats when it has ended";
  const bool starts_from = std::ranges::any_of(
      sweep.trials, [](const Trial& trial) { return !trial.start_weights.empty(); });
  return starts_from ? "begins with weights that were chosen for the folds it has" : "";
}

absl::StatusOr<v1::SweepExtended> PlanRepeats(const Sweep& sweep, uint32_t more) {
  v1::SweepSpec spec = sweep.spec;
  v1::RepeatedKFoldSpec* repeated = FindRepeats(spec.mutable_cross_validation());
  if (const std::string why = WhyNoRepeats(sweep, repeated != nullptr); !why.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("sweep '", sweep.name, "' ", why));
  }
  v1::SweepExtended update;
  update.set_trials_before(TrialsOfSearch(sweep));
  update.set_trials(update.trials_before());
  update.set_repeats_before(repeated->repeats());
  update.set_repeats(static_cast<uint32_t>(std::min<uint64_t>(
      uint64_t{repeated->repeats()} + more, std::numeric_limits<uint32_t>::max())));
  update.set_reopened(true);
  update.set_reason(absl::StrCat("asked for ", more, more == 1 ? " more repeat" : " more repeats"));
  repeated->set_repeats(update.repeats());
  PLEAT_RETURN_IF_ERROR(CheckSweepSpec(spec));
  return update;
}

std::string EndText(const Trial& trial) {
  if (trial.cancelled.has_value()) return "cancelled";
  return trial.stopped.has_value() ? "stopped" : "finished";
}

// The folds that a trial lacks, by number.
std::vector<uint32_t> LackedFolds(const Sweep& sweep, uint32_t trial) {
  std::vector<uint32_t> lacked;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, trial, fold});
    if (task.phase != TaskPhase::kDone) lacked.push_back(fold);
  }
  return lacked;
}

absl::Status CheckTrialAndFold(const Sweep& sweep, const v1::RetryRequest& request) {
  if (request.trial() >= sweep.trials.size()) {
    return absl::NotFoundError(absl::StrCat("sweep '", sweep.name, "' has no trial ",
                                            request.trial(), "; it has ", sweep.trials.size(),
                                            " so far, counted from 0"));
  }
  if (!request.has_fold() || request.fold() < sweep.fold_count()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("sweep '", sweep.name, "' has no fold ", request.fold(),
                                          "; it has ", sweep.fold_count(), ", counted from 0"));
}

// FAILED_PRECONDITION: none of what is asked for can be trained again.
absl::Status CheckLacks(const Sweep& sweep, const v1::RetryRequest& request,
                        const std::vector<uint32_t>& lacked) {
  const Trial& trial = sweep.trials[request.trial()];
  // Of a trial that was stopped groups may have trained all folds, ahead of the race.
  const bool has_something = request.has_fold() ? std::ranges::count(lacked, request.fold()) > 0
                                                : !lacked.empty() || !trial.finished.has_value();
  if (!has_something) {
    const std::string what = request.has_fold()
                                 ? absl::StrCat("fold ", request.fold(), " of trial ")
                                 : "each fold of trial ";
    return absl::FailedPreconditionError(absl::StrCat(
        what, request.trial(),
        " is trained, and would give the same bits again; for other settings: `pleat export-trial ",
        sweep.name, " ", request.trial(), "`"));
  }
  if (!request.has_fold() || trial.finished.has_value() || lacked.size() == 1) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "trial ", request.trial(), " was ", EndText(trial), " as a whole; `pleat retry ", sweep.name,
      " ", request.trial(), "` trains the ", lacked.size(), " folds that it lacks"));
}

std::string RetryReason(const Sweep& sweep, const v1::TrialRetried& update) {
  const Trial& trial = sweep.trials[update.trial()];
  if (trial.cancelled.has_value()) {
    return absl::StrCat("asked for; it was cancelled: ", trial.cancelled->reason());
  }
  if (trial.stopped.has_value()) {
    return absl::StrCat("asked for; it was stopped: ", trial.stopped->reason());
  }
  const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, update.trial(), update.folds(0)});
  return absl::StrCat("asked for; it had finished without, since ", task.message);
}

}  // namespace

absl::StatusOr<v1::SweepExtended> PlanExtension(const Sweep& sweep,
                                                const v1::ExtendRequest& request,
                                                int64_t now_unix_ms) {
  if ((request.trials() > 0) == (request.repeats() > 0)) {
    return absl::InvalidArgumentError(
        request.trials() > 0 ? "add trials or repeats, one after the other"
                             : "nothing is added; say how many trials (--trials 4) or repeats");
  }
  if (!sweep.folds.has_value() && !sweep.ended.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("sweep '", sweep.name, "' has no folds yet; extend it once it trains"));
  }
  PLEAT_RETURN_IF_ERROR(CheckMayChange(sweep));
  PLEAT_RETURN_IF_ERROR(CheckWeightsAreKept(sweep));
  if (request.repeats() > 0) return PlanRepeats(sweep, request.repeats());
  PLEAT_RETURN_IF_ERROR(CheckLeftOfBudget(
      sweep, now_unix_ms,
      absl::StrCat("change that first: `pleat limits ", sweep.name, " search.budget.…=…`")));
  const uint32_t before = TrialsOfSearch(sweep);
  v1::SweepSpec spec = sweep.spec;
  spec.mutable_search()->set_max_trials(static_cast<uint32_t>(std::min<uint64_t>(
      uint64_t{before} + request.trials(), std::numeric_limits<uint32_t>::max())));
  PLEAT_RETURN_IF_ERROR(CheckSweepSpec(spec));
  PLEAT_ASSIGN_OR_RETURN(const uint32_t after, SearchSize(sweep, spec));
  if (after <= before) {
    return absl::FailedPreconditionError(
        absl::StrCat("all ", before, " trials of the space of sweep '", sweep.name, "' (",
                     MethodName(spec.search()),
                     " search) have a place already; submit a sweep with another space"));
  }
  v1::SweepExtended update;
  update.set_trials_before(before);
  update.set_trials(after);
  update.set_reopened(sweep.ended.has_value());
  update.set_reason(absl::StrCat(
      "asked for ", request.trials(), request.trials() == 1 ? " more trial" : " more trials",
      after - before < request.trials() ? ", and the space has no more" : ""));
  return update;
}

absl::StatusOr<v1::TrialRetried> PlanRetry(const Sweep& sweep, const v1::RetryRequest& request) {
  PLEAT_RETURN_IF_ERROR(CheckTrialAndFold(sweep, request));
  if (sweep.ended.has_value()) PLEAT_RETURN_IF_ERROR(CheckMayChange(sweep));
  if (!sweep.trials[request.trial()].ended()) {
    return absl::FailedPreconditionError(
        absl::StrCat("trial ", request.trial(), " of sweep '", sweep.name,
                     "' has not ended; what it lacks then can be trained again"));
  }
  const std::vector<uint32_t> lacked = LackedFolds(sweep, request.trial());
  PLEAT_RETURN_IF_ERROR(CheckLacks(sweep, request, lacked));
  PLEAT_RETURN_IF_ERROR(CheckMayChange(sweep));
  PLEAT_RETURN_IF_ERROR(CheckWeightsAreKept(sweep));
  v1::TrialRetried update;
  update.set_trial(request.trial());
  if (request.has_fold()) {
    update.add_folds(request.fold());
  } else {
    update.mutable_folds()->Assign(lacked.begin(), lacked.end());
  }
  update.set_fresh(request.fresh());
  update.set_reopened(sweep.ended.has_value());
  update.set_reason(RetryReason(sweep, update));
  return update;
}

absl::StatusOr<v1::LimitsChanged> PlanLimits(const Sweep& sweep,
                                             const v1::ChangeLimitsRequest& request,
                                             int64_t now_unix_ms) {
  PLEAT_RETURN_IF_ERROR(CheckMayChange(sweep));
  PLEAT_ASSIGN_OR_RETURN(const v1::SweepSpec spec, WithLimits(sweep.spec, request.limits()));
  v1::LimitsChanged update;
  for (v1::LimitChange& change : ChangedLimits(sweep.spec, spec)) {
    *update.add_changes() = std::move(change);
  }
  if (update.changes().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing changes: sweep '", sweep.name, "' has ",
                     absl::StrJoin(request.limits(), ", "), " already"));
  }
  const bool resizes = spec.search().max_trials() != sweep.spec.search().max_trials();
  if (resizes && sweep.ended.has_value()) {
    return absl::FailedPreconditionError(absl::StrCat("the search of sweep '", sweep.name,
                                                      "' is over; `pleat extend ", sweep.name,
                                                      " --trials N` adds trials"));
  }
  const size_t begun = std::max(sweep.trials.size(), sweep.given.size());
  PLEAT_ASSIGN_OR_RETURN(const uint32_t size, SearchSize(sweep, spec));
  if (resizes && size < begun) {
    return absl::FailedPreconditionError(
        absl::StrCat("search.max_trials=", spec.search().max_trials(), ": ", begun,
                     " trials have begun already"));
  }
  const auto is_of_budget = [](const v1::LimitChange& change) {
    return change.path().starts_with("search.budget.");
  };
  if (std::ranges::any_of(update.changes(), is_of_budget)) {
    const std::string advice = absl::StrCat("to end the search now: `pleat limits ", sweep.name,
                                            " search.max_trials=", begun, "`");
    PLEAT_RETURN_IF_ERROR(CheckLeftOfBudget(WithSpec(sweep, spec), now_unix_ms, advice));
  }
  update.set_max_trials(spec.search().max_trials());
  update.set_max_concurrent_trials(spec.resources().max_concurrent_trials());
  update.set_max_failures(spec.resources().max_failures());
  if (spec.search().has_budget()) *update.mutable_budget() = spec.search().budget();
  return update;
}

}  // namespace pleat
