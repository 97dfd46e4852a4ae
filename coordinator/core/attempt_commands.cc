// Heartbeat, ReportEpoch, PublishCheckpoint, QuarantineCheckpoint, CompleteTask, FailTask: the
// messages of one attempt.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/core_impl.h"
#include "coordinator/core/report_check.h"

namespace pleat {
namespace {

// Of what a group says that it waits for.
constexpr size_t kLongestWaitBytes = 1'000;

// Tells a group that its attempt is over.
v1::Directive StopDirective(const Sweep& sweep, const TaskState& task) {
  v1::Directive directive;
  directive.set_stop(true);
  directive.set_reason(sweep.ended.has_value() ? sweep.ended->reason() : task.message);
  return directive;
}

absl::Status CheckResult(const Sweep& sweep, const TaskKey& key, uint64_t attempt,
                         const v1::TaskResult& result) {
  const bool fits = (key.kind == TaskKind::kPrepareData && result.has_prepare_data()) ||
                    (key.kind == TaskKind::kTrainFold && result.has_train_fold()) ||
                    (key.kind == TaskKind::kPredict && result.has_predict());
  if (!fits) {
    return absl::InvalidArgumentError(
        absl::StrCat("the result is of another kind than ", TaskText(key)));
  }
  if (key.kind == TaskKind::kPrepareData &&
      (result.prepare_data().datasets_size() == 0 ||
       result.prepare_data().datasets(0).split() != "train")) {
    return absl::InvalidArgumentError("the prepared data sets do not begin with 'train'");
  }
  const v1::MetricSpec& metric = sweep.spec.search().metric();
  if (key.kind == TaskKind::kTrainFold &&
      !std::isfinite(MetricValue(metric, result.train_fold().metrics()))) {
    return absl::InvalidArgumentError(
        absl::StrCat(metric.name(), " is not finite; report a failure of kind NAN instead"));
  }
  return CheckResultFiles(sweep, key, attempt, result);
}

}  // namespace

absl::StatusOr<CoordinatorCore::Impl::Attempt> CoordinatorCore::Impl::FindAttempt(
    const v1::AttemptId& id) const {
  const std::string what =
      absl::StrCat("attempt ", id.attempt(), " of ", id.task(), " in sweep '", id.sweep(), "'");
  const Sweep* sweep = state.FindSweep(id.sweep());
  const std::optional<TaskKey> key = ParseTaskKey(id.task());
  if (sweep == nullptr || !key.has_value() || !sweep->tasks.contains(*key)) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, " is stale: there is no such task; drop the work"));
  }
  const TaskState& task = sweep->tasks.at(*key);
  const bool is_last = task.IsLast(id.attempt()) && id.attempt() > 0;
  if (is_last && (task.phase == TaskPhase::kRunning || task.phase == TaskPhase::kCancelled)) {
    return Attempt{sweep, *key, &task};
  }
  return absl::FailedPreconditionError(absl::StrCat(
      what,
      " is stale: ", is_last ? "it has ended" : absl::StrCat("the last attempt is ", task.attempt),
      "; drop the work"));
}

absl::StatusOr<CoordinatorCore::Impl::Attempt> CoordinatorCore::Impl::FindLiveAttempt(
    const v1::AttemptId& id) const {
  PLEAT_ASSIGN_OR_RETURN(const Attempt attempt, FindAttempt(id));
  if (attempt.cancelled()) {
    return absl::FailedPreconditionError(absl::StrCat("attempt ", id.attempt(), " of ", id.task(),
                                                      " in sweep '", id.sweep(),
                                                      "' was cancelled; drop the work"));
  }
  return attempt;
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::HeartbeatRequest& request) {
  workers.Touch(request.worker_id(), now.lease_ms);
  const auto attempt = FindAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  v1::HeartbeatResponse response;
  if (attempt->cancelled()) {
    *response.mutable_directive() = StopDirective(*attempt->sweep, *attempt->task);
  } else {
    leases.Renew(attempt->ref(), request.progress(), now.lease_ms);
    RecordWait(*attempt, request.progress().waits_for());
  }
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::RecordWait(const Attempt& attempt, const std::string& reason) {
  const std::string kept = ReplaceInvalidUtf8(reason.substr(0, kLongestWaitBytes));
  if (attempt.task->waits_for == kept) return;
  v1::JournalRecord record = RecordFor(*attempt.sweep);
  record.mutable_task_waiting()->set_task(TaskId(attempt.key));
  record.mutable_task_waiting()->set_attempt(attempt.task->attempt);
  record.mutable_task_waiting()->set_reason(kept);
  Emit(std::move(record));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::ReportEpochRequest& request) {
  if (AnswerRetry<v1::ReportEpochResponse>(token, request)) return;
  const auto attempt = FindAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  v1::ReportEpochResponse response;
  if (attempt->cancelled()) {
    *response.mutable_directive() = StopDirective(*attempt->sweep, *attempt->task);
    return Answer(token, std::move(response));
  }
  const Sweep& sweep = *attempt->sweep;
  if (absl::Status status = CheckEpoch(sweep, attempt->key, request.metrics()); !status.ok()) {
    return Refuse(token, status);
  }
  *response.mutable_directive() = Direct(sweep, attempt->key, request.metrics());
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_epoch_reported()->set_task(request.attempt().task());
  record.mutable_epoch_reported()->set_attempt(request.attempt().attempt());
  *record.mutable_epoch_reported()->mutable_metrics() = request.metrics();
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  leases.Renew(attempt->ref(), now.lease_ms);
  if (races.Find(sweep.name) != nullptr) Advance(sweep.name);
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::PublishCheckpointRequest& request) {
  if (AnswerRetry<v1::PublishCheckpointResponse>(token, request)) return;
  const auto attempt = FindLiveAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  if (absl::Status status = CheckCheckpoint(*attempt->sweep, attempt->key,
                                            request.attempt().attempt(), request.checkpoint());
      !status.ok()) {
    return Refuse(token, status);
  }
  v1::PublishCheckpointResponse response;
  v1::JournalRecord record = RecordFor(*attempt->sweep);
  record.mutable_checkpoint_published()->set_task(request.attempt().task());
  record.mutable_checkpoint_published()->set_attempt(request.attempt().attempt());
  *record.mutable_checkpoint_published()->mutable_checkpoint() = request.checkpoint();
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  leases.Renew(attempt->ref(), now.lease_ms);
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::QuarantineCheckpointRequest& request) {
  if (AnswerRetry<v1::QuarantineCheckpointResponse>(token, request)) return;
  const auto attempt = FindLiveAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  const TaskState& task = *attempt->task;
  if (!task.GoesOnFrom(request.checkpoint())) {
    return Refuse(token, absl::InvalidArgumentError(absl::StrCat(
                             request.checkpoint().state().path(), " is not the checkpoint that ",
                             TaskText(attempt->key), " would go on from")));
  }
  v1::QuarantineCheckpointResponse response;
  if (task.previous_checkpoint.has_value()) {
    *response.mutable_resume_from() = *task.previous_checkpoint;
  }
  v1::JournalRecord record = RecordFor(*attempt->sweep);
  v1::CheckpointQuarantined* update = record.mutable_checkpoint_quarantined();
  update->set_task(request.attempt().task());
  update->set_attempt(request.attempt().attempt());
  *update->mutable_checkpoint() = request.checkpoint();
  update->set_message(request.message());
  if (response.has_resume_from()) *update->mutable_resume_from() = response.resume_from();
  *record.mutable_reply() = MakeReply(request, response);
  Emit(std::move(record));
  leases.Renew(attempt->ref(), now.lease_ms);
  Answer(token, std::move(response));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::CompleteTaskRequest& request) {
  if (AnswerRetry<v1::CompleteTaskResponse>(token, request)) return;
  const auto attempt = FindLiveAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  const Sweep& sweep = *attempt->sweep;
  const TaskKey key = attempt->key;
  if (absl::Status status = CheckResult(sweep, key, request.attempt().attempt(), request.result());
      !status.ok()) {
    return Refuse(token, status);
  }
  const bool counts = !IsAudited(sweep.spec, key) ||
                      IsConfirmed(attempt->task->held, DigestOf(request.result().train_fold()),
                                  attempt->task->worker);
  if (counts) {
    AcceptResult(*attempt, request);
  } else {
    HoldResult(*attempt, request);
  }
  Advance(sweep.name);
  Answer(token, v1::CompleteTaskResponse());
}

void CoordinatorCore::Impl::AcceptResult(const Attempt& attempt,
                                         const v1::CompleteTaskRequest& request) {
  const Sweep& sweep = *attempt.sweep;
  HostOfGroup visited;
  for (const auto& [worker, visit] : attempt.task->visits) visited[worker] = visit.host;
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_task_completed()->set_task(request.attempt().task());
  record.mutable_task_completed()->set_attempt(request.attempt().attempt());
  *record.mutable_task_completed()->mutable_result() = request.result();
  *record.mutable_reply() = MakeReply(request, v1::CompleteTaskResponse());
  Emit(std::move(record));
  JudgeGroups(sweep, visited);
  if (attempt.key.kind == TaskKind::kTrainFold) FinishTrialIfDue(sweep, attempt.key.trial);
}

void CoordinatorCore::Impl::HoldResult(const Attempt& attempt,
                                       const v1::CompleteTaskRequest& request) {
  const Sweep& sweep = *attempt.sweep;
  v1::JournalRecord record = RecordFor(sweep);
  v1::ResultHeld* update = record.mutable_result_held();
  update->set_task(request.attempt().task());
  update->set_attempt(request.attempt().attempt());
  *update->mutable_digest() = DigestOf(request.result().train_fold());
  update->set_reason(WhyHeld(attempt.task->held, update->digest()));
  *record.mutable_reply() = MakeReply(request, v1::CompleteTaskResponse());
  Emit(std::move(record));
  if (attempt.task->held.size() < kMostAuditRuns) return;
  Abandon(sweep, attempt.key,
          absl::StrCat("in ", kMostAuditRuns,
                       " runs no two groups gave the same result: these machines do not compute "
                       "alike, or not reliably (verify.audit_fraction)"));
}

void CoordinatorCore::Impl::On(uint64_t token, const v1::FailTaskRequest& request) {
  if (AnswerRetry<v1::FailTaskResponse>(token, request)) return;
  const auto attempt = FindLiveAttempt(request.attempt());
  if (!attempt.ok()) return Refuse(token, attempt.status());
  const Sweep& sweep = *attempt->sweep;
  const v1::RecordedReply reply = MakeReply(request, v1::FailTaskResponse());
  if (request.released()) {
    EndAttempt(sweep, attempt->key,
               {.end = request.paused() ? v1::ATTEMPT_END_PAUSED : v1::ATTEMPT_END_RELEASED,
                .message = request.message()},
               &reply);
  } else {
    FailAttempt(sweep, attempt->key, request, reply);
  }
  Advance(sweep.name);
  Answer(token, v1::FailTaskResponse());
}

}  // namespace pleat
