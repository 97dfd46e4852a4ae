#include "coordinator/plan/simulated_coordinator.h"

#include <variant>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

constexpr char kStore[] = "plan";
// Tokens: of calls that are answered at once; and of each group's call for a task.
constexpr uint64_t kAtOnce = 0;
uint64_t TokenOf(uint32_t group) { return uint64_t{group} + 1; }
uint32_t GroupOf(uint64_t token) { return static_cast<uint32_t>(token - 1); }

std::string WorkerId(uint32_t group) { return absl::StrCat("group-", group); }

v1::AttemptId AttemptOfLease(const v1::Lease& lease) {
  v1::AttemptId id;
  id.set_sweep(lease.task().sweep());
  id.set_task(lease.task().id());
  id.set_attempt(lease.attempt());
  return id;
}

}  // namespace

SimulatedCoordinator::SimulatedCoordinator(uint32_t folds)
    : folds_(folds), core_({.store_uuid = kStore, .store_location = kStore}) {
  Take(core_.Start(now_));
}

void SimulatedCoordinator::SetTime(int64_t ms) { now_.unix_ms = ms; }

EffectDone SimulatedCoordinator::Run(const Effect& effect) const {
  EffectDone done;
  std::visit([&](const auto& e) { done.sweep = e.sweep; }, effect);
  if (std::holds_alternative<AssignFolds>(effect)) {
    v1::FoldsAssigned folds;
    for (uint32_t fold = 0; fold < folds_; ++fold) folds.add_rows(1);
    done.result = std::move(folds);
  } else if (const auto* suggest = std::get_if<SuggestTrial>(&effect)) {
    done.result = suggest->search->Suggest(suggest->trial, suggest->past);
  }
  return done;
}

void SimulatedCoordinator::Take(Outcome outcome) {
  for (const v1::JournalRecord& record : outcome.records) {
    if (record.attempt_ended().end() == v1::ATTEMPT_END_CANCELLED) {
      news_.cancelled.push_back(record.attempt_ended().task());
    }
  }
  for (Reply& reply : outcome.replies) {
    if (reply.token == kAtOnce) {
      reply_ = std::move(reply);
      continue;
    }
    const auto* task = std::get_if<v1::AcquireTaskResponse>(&reply.response);
    if (task != nullptr && task->has_lease()) {
      news_.leases.emplace_back(GroupOf(reply.token), task->lease());
    }
  }
  for (Effect& effect : outcome.effects) {
    // The search is over: members and ensemble are not played.
    const bool counts =
        std::holds_alternative<AssignFolds>(effect) || std::holds_alternative<SuggestTrial>(effect);
    if (counts) effects_.push_back(std::move(effect));
  }
}

void SimulatedCoordinator::Handle(uint64_t token, const Command& command) {
  Take(core_.Handle(token, command, now_));
  while (!effects_.empty()) {
    const EffectDone done = Run(effects_.front());
    effects_.pop_front();
    Take(core_.Handle(kAtOnce, done, now_));
  }
}

template <typename Response, typename Request>
absl::StatusOr<Response> SimulatedCoordinator::Call(Request request) {
  request.set_request_id(NextId());
  reply_ = {.token = kAtOnce, .status = absl::InternalError("no reply"), .response = {}};
  Handle(kAtOnce, request);
  if (!reply_.status.ok()) return reply_.status;
  return std::get<Response>(std::move(reply_.response));
}

absl::Status SimulatedCoordinator::Submit(const v1::SweepSpec& spec) {
  v1::SubmitRequest request;
  *request.mutable_spec() = spec;
  return Call<v1::SubmitResponse>(std::move(request)).status();
}

void SimulatedCoordinator::Register(uint32_t group, uint32_t ranks) {
  v1::RegisterRequest request;
  request.set_worker_id(WorkerId(group));
  request.mutable_info()->set_group_size(ranks);
  request.mutable_info()->set_fingerprint(kStore);
  request.set_store_uuid(kStore);
  Handle(kAtOnce, request);
}

void SimulatedCoordinator::Acquire(uint32_t group) {
  v1::AcquireTaskRequest request;
  request.set_request_id(NextId());
  request.set_worker_id(WorkerId(group));
  request.set_wait_ms(1);
  Handle(TokenOf(group), request);
}

absl::StatusOr<v1::Directive> SimulatedCoordinator::Report(const v1::Lease& lease,
                                                           const v1::EpochMetrics& metrics) {
  v1::ReportEpochRequest request;
  *request.mutable_attempt() = AttemptOfLease(lease);
  *request.mutable_metrics() = metrics;
  const auto response = Call<v1::ReportEpochResponse>(std::move(request));
  if (!response.ok()) return response.status();
  return response->directive();
}

absl::Status SimulatedCoordinator::Pause(const v1::Lease& lease, uint32_t epoch) {
  v1::PublishCheckpointRequest checkpoint;
  *checkpoint.mutable_attempt() = AttemptOfLease(lease);
  checkpoint.mutable_checkpoint()->set_epoch(epoch);
  const auto published = Call<v1::PublishCheckpointResponse>(std::move(checkpoint));
  if (!published.ok()) return published.status();
  v1::FailTaskRequest request;
  *request.mutable_attempt() = AttemptOfLease(lease);
  request.set_released(true);
  request.set_paused(true);
  return Call<v1::FailTaskResponse>(std::move(request)).status();
}

absl::Status SimulatedCoordinator::Complete(const v1::Lease& lease, const v1::TaskResult& result) {
  v1::CompleteTaskRequest request;
  *request.mutable_attempt() = AttemptOfLease(lease);
  *request.mutable_result() = result;
  return Call<v1::CompleteTaskResponse>(std::move(request)).status();
}

}  // namespace pleat
