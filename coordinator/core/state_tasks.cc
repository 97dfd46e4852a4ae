// Applies the records about tasks and their attempts, and keeps the queues of tasks.
#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "coordinator/core/elapsed.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/state.h"

namespace pleat {
namespace {

// A task and its state inside one sweep.
struct Found {
  TaskKey key;
  TaskState* task = nullptr;
};

absl::StatusOr<Found> FindTask(Sweep& sweep, const std::string& id) {
  const std::optional<TaskKey> key = ParseTaskKey(id);
  if (!key.has_value()) return Misfit(absl::StrCat("'", id, "' is not a task"));
  const auto position = sweep.tasks.find(*key);
  if (position == sweep.tasks.end()) return Misfit(absl::StrCat("there is no task ", id));
  return Found{*key, &position->second};
}

absl::StatusOr<Found> FindRunning(Sweep& sweep, const std::string& id, uint64_t attempt) {
  PLEAT_ASSIGN_OR_RETURN(Found found, FindTask(sweep, id));
  if (found.task->phase != TaskPhase::kRunning || !found.task->IsLast(attempt)) {
    return Misfit(absl::StrCat("attempt ", attempt, " of ", id, " is not live"));
  }
  return found;
}

bool ResultFits(TaskKind kind, const v1::TaskResult& result) {
  switch (kind) {
    case TaskKind::kPrepareData:
      return result.has_prepare_data();
    case TaskKind::kTrainFold:
      return result.has_train_fold();
    case TaskKind::kPredict:
      return result.has_predict();
  }
  return false;
}

}  // namespace

absl::Status State::Lease(Sweep& sweep, const v1::TaskLeased& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  TaskState& task = *found.task;
  if (task.phase != TaskPhase::kWaiting || update.attempt() < sweep.NextAttempt(found.key)) {
    return Misfit(
        absl::StrCat("attempt ", update.attempt(), " of ", update.task(), " was not to be leased"));
  }
  if (found.key.kind != TaskKind::kPrepareData && !sweep.execution.has_value()) {
    return Misfit(absl::StrCat(update.task(), " was leased before its execution was fixed"));
  }
  if (!held_.try_emplace(update.worker(), TaskRef{sweep.name, found.key}).second) {
    return Misfit(absl::StrCat("worker '", update.worker(), "' holds another lease"));
  }
  Dequeue(sweep, found.key);
  sweep.running.insert(found.key);
  task.phase = TaskPhase::kRunning;
  task.attempt = update.attempt();
  task.worker = update.worker();
  task.host = update.host();
  task.leased_unix_ms = record_unix_ms_;
  task.has_advanced = false;
  return absl::OkStatus();
}

absl::Status State::ReportEpoch(Sweep& sweep, const v1::EpochReported& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  TaskState& task = *found.task;
  task.last_epoch = update.metrics();
  if (update.metrics().epoch() > task.furthest_epoch) {
    task.furthest_epoch = update.metrics().epoch();
    task.has_advanced = true;
  }
  if (sweep.TrialsRace() && found.key.kind == TaskKind::kTrainFold &&
      !sweep.retried.contains(found.key)) {
    task.scores.Add(update.metrics(), sweep.trials[found.key.trial].config.training(),
                    sweep.spec.search().metric());
  }
  return absl::OkStatus();
}

absl::Status State::Publish(Sweep& sweep, const v1::CheckpointPublished& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  found.task->previous_checkpoint = std::exchange(found.task->checkpoint, update.checkpoint());
  found.task->has_advanced = true;
  return absl::OkStatus();
}

absl::Status State::Quarantine(Sweep& sweep, const v1::CheckpointQuarantined& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  if (!found.task->GoesOnFrom(update.checkpoint())) {
    return Misfit(absl::StrCat(update.task(), " would not go on from the damaged checkpoint"));
  }
  found.task->DropCheckpoint();
  return absl::OkStatus();
}

absl::Status State::Wait(Sweep& sweep, const v1::TaskWaiting& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  found.task->waits_for = update.reason();
  return absl::OkStatus();
}

absl::Status State::Complete(Sweep& sweep, const v1::TaskCompleted& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  if (!ResultFits(found.key.kind, update.result())) return Misfit("a result of another kind");
  StopRunning(sweep, found.key);
  TaskState& task = *found.task;
  task.phase = TaskPhase::kDone;
  task.result = update.result();
  task.ForgetCheckpoints();
  task.message.clear();
  Blame(task);
  if (found.key.kind == TaskKind::kTrainFold) {
    --sweep.trials[found.key.trial].open_folds;
    ++sweep.folds_done;
  }
  if (found.key.kind == TaskKind::kPredict) --sweep.open_predictions;
  return absl::OkStatus();
}

void State::NoteFailure(TaskState& task, const std::string& message) {
  constexpr size_t kMostVisits = 100;
  constexpr size_t kMostMessageBytes = 200;
  if (task.visits.size() >= kMostVisits) task.visits.erase(task.visits.begin());
  // The cut may go through a character, and a record that is no UTF-8 could never be read again.
  task.visits[task.worker] = {.host = task.host,
                              .failure = ReplaceInvalidUtf8(message.substr(0, kMostMessageBytes))};
  groups_.Remember({false, task.worker});
  groups_.Remember({true, task.host});
}

void State::Blame(TaskState& task) {
  for (const HeldResult& held : task.held) {
    Visit& visit = task.visits[held.worker];
    if (Agree(held.digest, DigestOf(task.result->train_fold()))) {
      groups_.Clear(held.worker, visit.host);
    } else {
      visit.failure = "its result was not the one that two other runs gave";
    }
  }
  std::map<std::string, std::string> hosts;  // and how the task failed there
  for (const auto& [worker, visit] : task.visits) {
    if (!visit.failure.has_value() || worker == task.worker) continue;
    groups_.Blame({false, worker}, *visit.failure);
    hosts[visit.host] = *visit.failure;
  }
  for (const auto& [host, failure] : hosts) groups_.Blame({true, host}, failure);
  groups_.Clear(task.worker, task.host);
  groups_.CountCompleted();
  task.visits.clear();
  task.held.clear();
}

absl::Status State::HoldResult(Sweep& sweep, const v1::ResultHeld& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  TaskState& task = *found.task;
  if (found.key.kind != TaskKind::kTrainFold) return Misfit("only folds are audited");
  StopRunning(sweep, found.key);
  task.message = update.reason();
  task.held.push_back({.worker = task.worker, .digest = update.digest()});
  task.visits[task.worker] = {.host = task.host, .failure = {}};
  groups_.Remember({false, task.worker});
  // The next run begins anew, and is to get somewhere itself.
  task.ForgetCheckpoints();
  task.fruitless = 0;
  task.furthest_epoch = 0;
  Enqueue(sweep, found.key);
  return absl::OkStatus();
}

absl::Status State::EndAttempt(Sweep& sweep, const v1::AttemptEnded& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindRunning(sweep, update.task(), update.attempt()));
  StopRunning(sweep, found.key);
  found.task->message = update.message();
  if (update.end() == v1::ATTEMPT_END_CANCELLED) {
    found.task->phase = TaskPhase::kCancelled;
    return absl::OkStatus();
  }
  if (found.task->has_advanced) found.task->fruitless = 0;
  if (update.end() == v1::ATTEMPT_END_EXPIRED && !found.task->has_advanced) {
    ++found.task->fruitless;
    NoteFailure(*found.task, update.message());
  }
  if (update.failure() == v1::FAILURE_KIND_DATA) {
    // The worker's failure, not the task's.
    sweep.kept_away[found.task->worker] = update.message();
  } else if (update.end() == v1::ATTEMPT_END_FAILED) {
    ++found.task->failures;
    NoteFailure(*found.task, update.message());
    if (update.failure() == v1::FAILURE_KIND_OUT_OF_MEMORY &&
        found.key.kind == TaskKind::kTrainFold) {
      sweep.trials[found.key.trial].recomputes = true;
    }
    // The checkpoint may be what cannot be read: the next attempt goes on from the one before.
    if (update.failure() == v1::FAILURE_KIND_STORE) found.task->DropCheckpoint();
  }
  if (update.retry_after_ms() == 0) {
    Enqueue(sweep, found.key);
    return absl::OkStatus();
  }
  found.task->phase = TaskPhase::kWaiting;
  found.task->retry_after_ms = update.retry_after_ms();
  sweep.delayed.insert(found.key);
  return absl::OkStatus();
}

absl::Status State::MakeReady(Sweep& sweep, const v1::TaskReady& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  if (!sweep.delayed.contains(found.key)) {
    return Misfit(absl::StrCat(update.task(), " was not delayed"));
  }
  Dequeue(sweep, found.key);
  Enqueue(sweep, found.key);
  return absl::OkStatus();
}

absl::Status State::Abandon(Sweep& sweep, const v1::TaskAbandoned& update) {
  PLEAT_ASSIGN_OR_RETURN(const Found found, FindTask(sweep, update.task()));
  if (found.task->phase != TaskPhase::kWaiting) {
    return Misfit(absl::StrCat(update.task(), " does not wait, so it cannot be abandoned"));
  }
  Dequeue(sweep, found.key);
  found.task->phase = TaskPhase::kAbandoned;
  found.task->message = update.reason();
  found.task->visits.clear();
  found.task->held.clear();
  if (found.key.kind == TaskKind::kTrainFold) --sweep.trials[found.key.trial].open_folds;
  return absl::OkStatus();
}

void State::Enqueue(Sweep& sweep, const TaskKey& key) {
  sweep.tasks[key].phase = TaskPhase::kWaiting;
  if (sweep.ready.empty()) ready_sweeps_.emplace(sweep.rank, &sweep);
  sweep.ready.insert(key);
  ++ready_additions_;
}

void State::Dequeue(Sweep& sweep, const TaskKey& key) {
  sweep.tasks.at(key).retry_after_ms = 0;
  sweep.delayed.erase(key);
  sweep.ready.erase(key);
  if (sweep.ready.empty()) ready_sweeps_.erase(sweep.rank);
}

void State::StopRunning(Sweep& sweep, const TaskKey& key) {
  if (key.kind == TaskKind::kTrainFold) {
    const int64_t held_ms = ElapsedMs(sweep.tasks.at(key).leased_unix_ms, record_unix_ms_);
    const int64_t rank_ms = held_ms * sweep.execution->group_size();
    if (__builtin_add_overflow(sweep.trained_rank_ms, rank_ms, &sweep.trained_rank_ms)) {
      sweep.trained_rank_ms = std::numeric_limits<int64_t>::max();
    }
  }
  sweep.running.erase(key);
  sweep.tasks.at(key).waits_for.clear();
  held_.erase(sweep.tasks.at(key).worker);
}

}  // namespace pleat
