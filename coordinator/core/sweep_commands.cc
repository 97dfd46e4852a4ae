// Submit, Cancel, Remove, List, Get.
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_reader.h"
#include "common/config/trial_config.h"
#include "common/store/checksum.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/fold_room.h"
#include "coordinator/core/start_weights.h"
#include "coordinator/core/status_view.h"
#include "coordinator/core/sweep_errors.h"
#include "coordinator/core/warm_start.h"

namespace pleat {
namespace {

// Whether there is room for one more.
absl::Status CheckRoom(const State& state, const Capacity& capacity,
                       const v1::SubmitRequest& request) {
  constexpr char kAdvice[] = "remove sweeps that are no longer needed with `pleat rm`";
  PLEAT_RETURN_IF_ERROR(CheckCapacity(state.sweeps().size(), capacity.sweeps, "sweeps", kAdvice));
  size_t bytes = request.ByteSizeLong();
  for (const auto& [name, sweep] : state.sweeps()) {
    bytes += sweep.source.size() + sweep.spec.ByteSizeLong();
  }
  if (bytes > capacity.sweep_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("with this sweep the texts of all sweeps would take ", bytes,
                     " bytes; at most ", capacity.sweep_bytes, " are kept: ", kAdvice));
  }
  PLEAT_ASSIGN_OR_RETURN(const auto search, MakeSearchMethod(request.spec()));
  return CheckFoldRoom(state, capacity, request.spec(), search->size());
}

absl::Status CheckSubmit(const v1::SubmitRequest& request) {
  PLEAT_RETURN_IF_ERROR(CheckSweepSpec(request.spec()));
  return MakeSearchMethod(request.spec()).status();
}

}  // namespace

void CoordinatorCore::Impl::On(uint64_t token, const v1::SubmitRequest& request) {
  if (AnswerRetry<v1::SubmitResponse>(token, request)) return;
  if (absl::Status status = CheckSubmit(request); !status.ok()) return Refuse(token, status);
  const std::string& name = request.spec().name();
  const std::string sha256 = Sha256Hex(DeterministicBytes(request.spec()));
  v1::SubmitResponse response;
  response.set_name(name);
  response.set_store(options.store_location);
  if (const Sweep* sweep = state.FindSweep(name); sweep != nullptr) {
    if (sweep->spec_sha256 != sha256) {
      return Refuse(token, absl::AlreadyExistsError(absl::StrCat(
                               "the name '", name,
                               "' is taken by a sweep with another content; rename this one, or "
                               "remove that one with `pleat rm ",
                               name, "`")));
    }
    response.set_existed(true);
    return Answer(token, std::move(response));
  }
  if (state.removing().contains(name)) {
    return Refuse(token, absl::UnavailableError(
                             absl::StrCat("the files of an earlier sweep '", name,
                                          "' are still being removed; try again in a moment")));
  }
  if (absl::Status status = CheckStarts(state, request.spec()); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckWarmStart(state, request.spec()); !status.ok()) {
    return Refuse(token, status);
  }
  if (absl::Status status = CheckRoom(state, options.capacity, request); !status.ok()) {
    return Refuse(token, status);
  }
  v1::JournalRecord record;
  record.set_sweep(name);
  record.mutable_sweep_submitted()->set_source(request.source());
  *record.mutable_sweep_submitted()->mutable_spec() = request.spec();
  record.mutable_sweep_submitted()->set_spec_sha256(sha256);
  record.mutable_sweep_submitted()->set_attempts_before(state.AttemptsOfRemoved(name));
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  HoldOrRelease(*state.FindSweep(name));
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::CancelRequest& request) {
  if (AnswerRetry<v1::CancelResponse>(token, request)) return;
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  if (sweep->ended.has_value()) return Refuse(token, AlreadyEnded(*sweep));
  const v1::RecordedReply reply = MakeReply(request, v1::CancelResponse());
  if (!request.has_trial()) {
    EndSweep(*sweep, v1::SWEEP_STATE_CANCELLED, "cancelled by request", &reply);
  } else {
    const uint32_t trial = request.trial();
    if (trial >= sweep->trials.size()) {
      return Refuse(token, absl::NotFoundError(absl::StrCat(
                               "sweep '", sweep->name, "' has no trial ", trial, "; it has ",
                               sweep->trials.size(), " so far, counted from 0")));
    }
    if (sweep->trials[trial].ended()) {
      return Refuse(token,
                    absl::FailedPreconditionError(absl::StrCat("trial ", trial, " already ended")));
    }
    CancelTrial(*sweep, trial, "cancelled by request", &reply);
  }
  Advance(request.name());
  Answer(token, v1::CancelResponse());
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::RemoveRequest& request) {
  if (AnswerRetry<v1::RemoveResponse>(token, request)) return;
  const std::string& name = request.name();
  const Sweep* sweep = state.FindSweep(name);
  if (sweep == nullptr && !state.removing().contains(name)) {
    return Refuse(token, NoSuchSweep(name));
  }
  if (sweep != nullptr) {
    if (!sweep->ended.has_value()) {
      return Refuse(token, absl::FailedPreconditionError(absl::StrCat(
                               "sweep '", name, "' still runs; cancel it first with `pleat cancel ",
                               name, "`")));
    }
    if (absl::Status status = CheckUnneeded(state, name); !status.ok()) {
      return Refuse(token, status);
    }
    v1::JournalRecord record = RecordFor(*sweep);
    record.mutable_sweep_removed()->set_files_gone(false);
    record.mutable_sweep_removed()->set_last_attempt(sweep->LastAttempt());
    *record.mutable_reply() = MakeReply(request, v1::RemoveResponse());
    Emit(std::move(record));
  }
  // Answered when the files are gone. Whoever asks again does not wait for the next try.
  removals[name].push_back(token);
  effect_retries.erase(name);
  StartEffect(name);
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ListRequest&) {
  v1::ListResponse response = ListSweeps(state);
  response.set_refuses(space.reason());
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::GetRequest& request) {
  const Sweep* sweep = state.FindSweep(request.name());
  if (sweep == nullptr) return Refuse(token, NoSuchSweep(request.name()));
  v1::GetResponse response = DescribeSweep(*sweep, state, leases, workers, races);
  response.set_store(options.store_location);
  response.set_refuses(space.reason());
  Answer(token, std::move(response));
}

}  // namespace pleat
