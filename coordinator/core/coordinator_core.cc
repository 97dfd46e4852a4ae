#include "coordinator/core/coordinator_core.h"

#include <algorithm>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/request_check.h"

namespace pleat {
namespace {

template <typename Request>
concept HasRequestId = requires(const Request& request) {
  request.request_id();
};

// Whether a copy of a refused request that comes later is refused too. A group that is not known
// registers and asks again under the same id, and so does everybody who is told to try again.
template <typename Request>
constexpr bool kHasFinalRefusals =
    HasRequestId<Request> && !std::is_same_v<Request, v1::AcquireTaskRequest>;

// Whoever hears one of these does not send the request again, so no copy of it may be done later.
bool IsFinal(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status) ||
         absl::IsNotFound(status) || absl::IsAlreadyExists(status) ||
         absl::IsResourceExhausted(status);
}

// What a client sent is looked at; what the coordinator itself has to say is not.
absl::Status CheckForm(const google::protobuf::Message& request) { return CheckRequest(request); }
template <typename Event>
requires(!std::is_base_of_v<google::protobuf::Message, Event>) absl::Status
    CheckForm(const Event&) {
  return absl::OkStatus();
}

}  // namespace

CoordinatorCore::Impl::Impl(CoreOptions core_options)
    : options(std::move(core_options)),
      leases(options.lease_ttl_ms, options.progress_timeout_ms),
      state(options.replies) {}

void CoordinatorCore::Impl::Begin(Now turn) {
  now = turn;
  outcome = {};
}

Outcome CoordinatorCore::Impl::Finish() {
  if (std::exchange(looks_for_garbage, false)) StartCollections();
  ServePolls();
  AnswerOverduePolls();
  return std::move(outcome);
}

void CoordinatorCore::Impl::Emit(v1::JournalRecord record) {
  record.set_sequence(state.sequence() + 1);
  record.set_time_unix_ms(now.unix_ms);
  if (absl::Status status = state.Apply(record); !status.ok()) {
    // A decision that does not fit the state is a bug; going on would journal nonsense.
    Log(LogLevel::kError, "a decision does not fit the state", {{"error", status.message()}});
    std::abort();
  }
  races.Follow(state, record);
  if (record.has_task_leased()) {
    leases.Grant({record.sweep(), *ParseTaskKey(record.task_leased().task())}, now.lease_ms);
  } else if (record.has_task_completed()) {
    leases.End({record.sweep(), *ParseTaskKey(record.task_completed().task())});
  } else if (record.has_result_held()) {
    leases.End({record.sweep(), *ParseTaskKey(record.result_held().task())});
  } else if (record.has_attempt_ended()) {
    const TaskRef task{record.sweep(), *ParseTaskKey(record.attempt_ended().task())};
    leases.End(task);
    const uint32_t wait_ms = record.attempt_ended().retry_after_ms();
    if (wait_ms > 0) task_retries[task] = now.lease_ms + wait_ms;
  }
  if (record.has_task_completed() || record.has_result_held() || record.has_attempt_ended() ||
      record.has_sweep_ended()) {
    collections.try_emplace(record.sweep());
    looks_for_garbage = true;
  }
  outcome.records.push_back(std::move(record));
}

template <typename Request>
bool CoordinatorCore::Impl::RefuseAgain(uint64_t token, const Request& request) {
  if constexpr (kHasFinalRefusals<Request>) {
    if (!refusals.Contains(request.request_id()) || !IsOn(Protection::kRequestIds)) return false;
    const absl::Status* status = refusals.Find(request.request_id(), RequestDigest(request));
    if (status != nullptr) Refuse(token, *status);
    return status != nullptr;
  }
  return false;
}

template bool CoordinatorCore::Impl::RefuseAgain(uint64_t token, const v1::AskRequest& request);

template <typename Request>
void CoordinatorCore::Impl::NoteRefusal(uint64_t token, const Request& request) {
  if constexpr (kHasFinalRefusals<Request>) {
    for (const Reply& reply : outcome.replies) {
      if (reply.token != token || !IsFinal(reply.status)) continue;
      if (!CheckRequestId(request.request_id()).ok()) continue;
      refusals.Record(request.request_id(), RequestDigest(request), reply.status);
    }
  }
}

template void CoordinatorCore::Impl::NoteRefusal(uint64_t token, const v1::AskRequest& request);

template <typename Request>
void CoordinatorCore::Impl::NoteIfStale(uint64_t token, const Request& request) {
  if constexpr (requires { request.attempt().task(); }) {
    // Who ends an attempt, and is heard, writes no more.
    constexpr bool kEnds = std::is_same_v<Request, v1::CompleteTaskRequest> ||
                           std::is_same_v<Request, v1::FailTaskRequest>;
    for (const Reply& reply : outcome.replies) {
      if (reply.token == token && !(kEnds && reply.status.ok()))
        NoteStaleAttempt(request.attempt());
    }
  }
}

void CoordinatorCore::Impl::Dispatch(uint64_t token, const Command& command) {
  std::visit(
      [&](const auto& request) {
        if (absl::Status status = CheckForm(request); !status.ok()) {
          return Refuse(token, std::move(status));
        }
        if (RefuseAgain(token, request)) return;
        if (!LacksSpace(token, command)) On(token, request);
        NoteRefusal(token, request);
        NoteIfStale(token, request);
      },
      command);
}

v1::JournalRecord RecordFor(const Sweep& sweep) {
  v1::JournalRecord record;
  record.set_sweep(sweep.name);
  return record;
}

CoordinatorCore::CoordinatorCore(CoreOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

CoordinatorCore::~CoordinatorCore() = default;

absl::Status CoordinatorCore::Load(const v1::StateSnapshot& snapshot,
                                   const State::HasRecord& has_record) {
  return impl_->state.Load(snapshot, has_record);
}

void CoordinatorCore::Clear() { impl_->state.Clear(); }

absl::Status CoordinatorCore::Restore(const v1::JournalRecord& record) {
  PLEAT_RETURN_IF_ERROR(impl_->state.Apply(record));
  if (impl_->state.store_uuid() != impl_->options.store_uuid) {
    return absl::FailedPreconditionError(
        absl::StrCat("the journal belongs to store ", impl_->state.store_uuid(),
                     ", but the store given is ", impl_->options.store_uuid,
                     "; start with the store of this journal, or a new state folder"));
  }
  return absl::OkStatus();
}

Outcome CoordinatorCore::Start(Now now) {
  impl_->Begin(now);
  const State& state = impl_->state;
  if (state.sequence() == 0) {
    v1::JournalRecord record;
    record.mutable_journal_created()->set_format(State::kFormat);
    record.mutable_journal_created()->set_store_uuid(impl_->options.store_uuid);
    impl_->Emit(std::move(record));
  }
  impl_->races.Begin(state);
  for (const auto& [worker, task] : state.held()) impl_->leases.Grant(task, now.lease_ms);
  for (const auto& [sweep, record] : state.removing()) impl_->StartEffect(sweep);
  std::vector<std::string> live;
  for (const auto& [rank, sweep] : state.live_sweeps()) {
    live.push_back(sweep->name);
    for (const TaskKey& key : sweep->delayed) {
      impl_->task_retries[{sweep->name, key}] = now.lease_ms + sweep->tasks.at(key).retry_after_ms;
    }
  }
  for (const std::string& sweep : live) impl_->Advance(sweep);
  for (const auto& [name, sweep] : state.sweeps()) {
    impl_->collections[name].written_to = TasksWithStaleAttempts(sweep);
  }
  impl_->looks_for_garbage = true;
  return impl_->Finish();
}

Outcome CoordinatorCore::Handle(uint64_t token, const Command& command, Now now) {
  impl_->Begin(now);
  impl_->Dispatch(token, command);
  return impl_->Finish();
}

void CoordinatorCore::Forget(uint64_t token) {
  if (impl_->polls.Forget(token)) return;
  impl_->asks.Forget(token);
  for (auto& [sweep, waiting] : impl_->removals) std::erase(waiting, token);
}

bool CoordinatorCore::WaitsForTime() const {
  return !impl_->state.held().empty() || !impl_->task_retries.empty() ||
         !impl_->effect_retries.empty() || !impl_->workers.workers().empty() ||
         std::ranges::any_of(impl_->collections,
                             [](const auto& entry) { return !entry.second.is_running; });
}

bool CoordinatorCore::IsShortOfSpace() const { return impl_->space.IsShort(); }

const State& CoordinatorCore::state() const { return impl_->state; }

uint32_t CoordinatorCore::lease_ttl_ms() const { return impl_->options.lease_ttl_ms; }

}  // namespace pleat
