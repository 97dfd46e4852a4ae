// Register and AcquireTask: groups that wait for tasks, and the tasks that they get.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/lease_message.h"

namespace pleat {
namespace {

constexpr uint32_t kLongestWaitMs = 30'000;

v1::AcquireTaskResponse NoTask(std::string reason) {
  v1::AcquireTaskResponse response;
  response.set_idle_reason(std::move(reason));
  return response;
}

v1::JournalRecord LeaseRecord(const Choice& choice, const Poll& poll,
                              const v1::AcquireTaskResponse& response) {
  v1::JournalRecord record = RecordFor(*choice.sweep);
  v1::TaskLeased* update = record.mutable_task_leased();
  update->set_task(response.lease().task().id());
  update->set_attempt(response.lease().attempt());
  update->set_worker(poll.request.worker_id());
  update->set_host(poll.group.host());
  update->set_reason(choice.reason);
  const auto& checkpoint = choice.sweep->tasks.at(choice.task).checkpoint;
  if (checkpoint.has_value()) {
    update->set_resumed(true);
    update->set_resumed_epoch(checkpoint->epoch());
  }
  *record.mutable_reply() = MakeReply(poll.request, response);
  return record;
}

}  // namespace

void CoordinatorCore::Impl::On(uint64_t token, const v1::RegisterRequest& request) {
  if (absl::Status status = CheckWorkerId(request.worker_id()); !status.ok()) {
    return Refuse(token, status);
  }
  if (request.info().group_size() == 0) {
    return Refuse(token, absl::InvalidArgumentError("info.group_size is 0; a group has a rank"));
  }
  if (request.info().group_size() > State::kMostRanks) {
    return Refuse(token, absl::InvalidArgumentError(absl::StrCat(
                             "info.group_size is ", request.info().group_size(), "; at most ",
                             State::kMostRanks, " ranks are one group")));
  }
  if (request.store_uuid() != options.store_uuid) {
    return Refuse(token, absl::FailedPreconditionError(
                             absl::StrCat("the worker sees store ", request.store_uuid(),
                                          ", the coordinator store ", options.store_uuid, " at ",
                                          options.store_location, "; give both the same --store")));
  }
  if (!workers.workers().contains(request.worker_id())) {
    absl::Status status = CheckCapacity(workers.workers().size(), options.capacity.workers,
                                        "registered groups", "end some, and try again");
    if (!status.ok()) return Refuse(token, std::move(status));
  }
  workers.Register(request.worker_id(), request.info(), now.lease_ms);
  v1::RegisterResponse response;
  response.set_heartbeat_interval_ms(options.heartbeat_interval_ms);
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::AcquireTaskRequest& request) {
  if (AnswerRetry<v1::AcquireTaskResponse>(token, request)) return;
  const std::string& worker_id = request.worker_id();
  const WorkerTable::Worker* worker = workers.Touch(worker_id, now.lease_ms);
  if (worker == nullptr) {
    return Refuse(token, absl::NotFoundError(absl::StrCat(
                             "group '", worker_id, "' is not known here; register it first")));
  }
  if (const auto held = state.held().find(worker_id); held != state.held().end()) {
    const TaskRef task = held->second;
    const Sweep& sweep = *state.FindSweep(task.sweep);
    EndAttempt(sweep, task.task,
               {.end = v1::ATTEMPT_END_RELEASED,
                .message = "its group asked for a new task, so it has lost this one"});
  }
  const int64_t wait_ms = std::min(request.wait_ms(), kLongestWaitMs);
  const auto replaced =
      polls.Park({.token = token,
                  .request = request,
                  .group = worker->info,
                  .line = IsSpecial(worker_id, worker->info.host()) ? worker_id : "",
                  .deadline_ms = now.lease_ms + wait_ms});
  if (replaced.has_value()) Answer(replaced->token, NoTask("a newer call of this group waits"));
  // If tasks were added, those who wait longer come first: Finish serves all.
  if (Offers() != served_offers || space.IsShort()) return;
  const std::optional<Choice> choice = ChooseTask(state, races, {worker_id, worker->info, workers});
  if (choice.has_value()) Grant(*polls.TakeWorker(worker_id), *choice);
}

bool CoordinatorCore::Impl::IsSpecial(const std::string& worker, const std::string& host) const {
  return state.IsKeptAway(worker) || state.groups().Remembers({false, worker}) ||
         state.groups().Remembers({true, host}) ||
         state.groups().FindAside(worker, host) != nullptr;
}

void CoordinatorCore::Impl::ServePolls() {
  if (Offers() == served_offers || space.IsShort()) return;
  served_offers = Offers();
  const auto serve = [this](const Poll& poll) {
    const std::optional<Choice> choice =
        ChooseTask(state, races, {poll.request.worker_id(), poll.group, workers});
    if (choice.has_value()) Grant(poll, *choice);
    return choice.has_value();
  };
  polls.Serve(serve, [this](const Poll& poll) {
    return IsSpecial(poll.request.worker_id(), poll.group.host());
  });
}

void CoordinatorCore::Impl::Grant(const Poll& poll, const Choice& choice) {
  const Sweep& sweep = *choice.sweep;
  if (choice.task.kind != TaskKind::kPrepareData && !sweep.execution.has_value()) {
    v1::JournalRecord record = RecordFor(sweep);
    record.mutable_execution_fixed()->set_group_size(poll.group.group_size());
    record.mutable_execution_fixed()->set_fingerprint(poll.group.fingerprint());
    Emit(std::move(record));
  }
  const uint64_t attempt = sweep.NextAttempt(choice.task);
  v1::AcquireTaskResponse response;
  *response.mutable_lease() =
      MakeLease(sweep, choice.task, attempt, options.lease_ttl_ms, choice.reason);
  Emit(LeaseRecord(choice, poll, response));
  Answer(poll.token, std::move(response));
}

void CoordinatorCore::Impl::AnswerOverduePolls() {
  while (const std::optional<Poll> poll = polls.TakeOverdue(now.lease_ms)) {
    Answer(poll->token,
           NoTask(space.IsShort()
                      ? space.reason()
                      : WhyIdle(state, races, {poll->request.worker_id(), poll->group, workers})));
  }
}

}  // namespace pleat
