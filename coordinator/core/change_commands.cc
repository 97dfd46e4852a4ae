// Extend, Retry, ChangeLimits: what somebody changes of a sweep that exists.
#include "common/base/status_macros.h"
#include "common/folds/splitter.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/fold_room.h"
#include "coordinator/core/sweep_changes.h"
#include "coordinator/core/sweep_errors.h"

namespace pleat {
namespace {

// Each change of a sweep is kept, for people.
absl::Status CheckChanges(const Sweep& sweep, const Capacity& capacity) {
  return CheckCapacity(sweep.changes.size(), capacity.changes,
                       absl::StrCat("changes of sweep '", sweep.name, "'"),
                       "submit a sweep that begins with what this one has become");
}

// With what is changed.
absl::Status CheckFolds(const State& state, const Capacity& capacity, const Sweep& sweep,
                        const v1::SweepExtended& update) {
  v1::SweepSpec spec = sweep.spec;
  if (update.repeats() > 0) {
    FindRepeats(spec.mutable_cross_validation())->set_repeats(update.repeats());
  }
  return CheckFoldRoom(state, capacity, spec, update.trials());
}

absl::Status CheckFolds(const State& state, const Capacity& capacity, const Sweep& sweep,
                        const v1::LimitsChanged& update) {
  // No trial comes by this then.
  if (sweep.ended.has_value() || sweep.search_finished) return absl::OkStatus();
  v1::SweepSpec spec = sweep.spec;
  spec.mutable_search()->set_max_trials(update.max_trials());
  PLEAT_ASSIGN_OR_RETURN(const auto search, MakeSearchMethod(spec));
  return CheckFoldRoom(state, capacity, spec, search->size());
}

}  // namespace

uint32_t CoordinatorCore::Impl::RoundOf(const Sweep& sweep) const {
  const SweepRace* race = races.Find(sweep.name);
  return race != nullptr ? race->round() : NextRound(sweep);
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ExtendRequest& request) {
  if (AnswerRetry<v1::ExtendResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  const auto update = PlanExtension(*sweep, request, now.unix_ms);
  if (!update.ok()) return Refuse(token, update.status());
  if (absl::Status status = CheckChanges(*sweep, options.capacity); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckUnneeded(state, sweep->name); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckFolds(state, options.capacity, *sweep, *update); !status.ok()) {
    return Refuse(token, status);
  }
  v1::ExtendResponse response;
  response.set_trials_before(update->trials_before());
  response.set_trials(update->trials());
  response.set_repeats_before(update->repeats_before());
  response.set_repeats(update->repeats());
  response.set_reopened(update->reopened());
  v1::JournalRecord record = RecordFor(*sweep);
  *record.mutable_sweep_extended() = *update;
  record.mutable_sweep_extended()->set_round(RoundOf(*sweep));
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  HoldOrRelease(*sweep);
  Advance(request.name());
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::RetryRequest& request) {
  if (AnswerRetry<v1::RetryResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  const auto update = PlanRetry(*sweep, request);
  if (!update.ok()) return Refuse(token, update.status());
  if (absl::Status status = CheckChanges(*sweep, options.capacity); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckUnneeded(state, sweep->name); !status.ok()) {
    return Refuse(token, status);
  }
  v1::RetryResponse response;
  *response.mutable_folds() = update->folds();
  response.set_reopened(update->reopened());
  v1::JournalRecord record = RecordFor(*sweep);
  *record.mutable_trial_retried() = *update;
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  FinishTrialIfDue(*sweep, request.trial());
  HoldOrRelease(*sweep);
  Advance(request.name());
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ChangeLimitsRequest& request) {
  if (AnswerRetry<v1::ChangeLimitsResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  const auto update = PlanLimits(*sweep, request, now.unix_ms);
  if (!update.ok()) return Refuse(token, update.status());
  if (absl::Status status = CheckChanges(*sweep, options.capacity); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckFolds(state, options.capacity, *sweep, *update); !status.ok()) {
    return Refuse(token, status);
  }
  v1::ChangeLimitsResponse response;
  *response.mutable_changes() = update->changes();
  v1::JournalRecord record = RecordFor(*sweep);
  *record.mutable_limits_changed() = *update;
  record.mutable_limits_changed()->set_round(RoundOf(*sweep));
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  Advance(request.name());
  Answer(token, std::move(response));
}

}  // namespace pleat
