#include "tests/simulation/journal_audit.h"

#include <utility>

namespace pleat::simulation {

void JournalAudit::OnCommitted(const v1::JournalRecord& record, int64_t now_ms) {
  if (record.sequence() <= last_sequence_) {
    return watchdog_.Violate("record ", record.sequence(), " was committed after record ",
                             last_sequence_);
  }
  last_sequence_ = record.sequence();
  // The second record of a removal repeats the reply of the first.
  const bool repeats = record.has_sweep_removed() && record.sweep_removed().files_gone();
  if (record.has_reply() && !repeats &&
      !requests_.emplace(record.reply().request_id(), record.sweep()).second) {
    watchdog_.Violate("request ", record.reply().request_id(), " was carried out twice");
  }
  Follow(record, now_ms);
}

void JournalAudit::Follow(const v1::JournalRecord& record, int64_t now_ms) {
  switch (record.update_case()) {
    case v1::JournalRecord::kCheckpointQuarantined:
      // It may be damaged, but it must not be gone.
      CheckFile(record.checkpoint_quarantined().checkpoint().weights());
      return Report({record.sweep(), record.checkpoint_quarantined().task()},
                    record.checkpoint_quarantined().attempt(), now_ms);
    case v1::JournalRecord::kTaskLeased:
      return Lease(record, now_ms);
    case v1::JournalRecord::kEpochReported:
      return Report({record.sweep(), record.epoch_reported().task()},
                    record.epoch_reported().attempt(), now_ms);
    case v1::JournalRecord::kCheckpointPublished:
      CheckFile(record.checkpoint_published().checkpoint().weights());
      return Report({record.sweep(), record.checkpoint_published().task()},
                    record.checkpoint_published().attempt(), now_ms);
    case v1::JournalRecord::kTaskCompleted:
      return Complete(record, now_ms);
    case v1::JournalRecord::kAttemptEnded:
      return End(record, now_ms);
    case v1::JournalRecord::kResultHeld:
      return HoldResult(record);
    case v1::JournalRecord::kFoldsAssigned:
      return CheckFile(record.folds_assigned().folds());
    case v1::JournalRecord::kEnsembleBuilt:
      return CheckFile(record.ensemble_built().manifest());
    case v1::JournalRecord::kSweepRemoved:
      return Remove(record);
    default:
      return;
  }
}

void JournalAudit::Lease(const v1::JournalRecord& record, int64_t now_ms) {
  const v1::TaskLeased& lease = record.task_leased();
  const TaskId id{record.sweep(), lease.task()};
  Task& task = tasks_[id];
  if (task.is_live) watchdog_.Violate(lease.task(), " has two live attempts");
  if (task.is_done) watchdog_.Violate(lease.task(), " was leased though it is done");
  if (lease.attempt() <= task.attempt) {
    watchdog_.Violate(lease.task(), ": attempt ", lease.attempt(), " follows ", task.attempt);
  }
  if (!held_.emplace(lease.worker(), id).second) {
    watchdog_.Violate(lease.worker(), " holds two leases");
  }
  task = {.attempt = lease.attempt(),
          .is_live = true,
          .is_done = task.is_done,
          .worker = lease.worker(),
          .alive_ms = now_ms,
          .moved_ms = now_ms,
          .position = 0};
}

JournalAudit::Task* JournalAudit::FindLive(const TaskId& id, uint64_t attempt, const char* what) {
  const auto task = tasks_.find(id);
  if (task != tasks_.end() && task->second.is_live && task->second.attempt == attempt) {
    return &task->second;
  }
  watchdog_.Violate(what, " of attempt ", attempt, " of ", id.second,
                    " was accepted, but it is not the live one");
  return nullptr;
}

void JournalAudit::Report(const TaskId& id, uint64_t attempt, int64_t now_ms) {
  Task* task = FindLive(id, attempt, "a report");
  if (task != nullptr) task->alive_ms = task->moved_ms = now_ms;
}

void JournalAudit::Complete(const v1::JournalRecord& record, int64_t) {
  const v1::TaskCompleted& completed = record.task_completed();
  Task* task = FindLive({record.sweep(), completed.task()}, completed.attempt(), "a result");
  if (task == nullptr) return;
  if (task->is_done) watchdog_.Violate(completed.task(), ": a second result was accepted");
  task->is_done = true;
  task->is_live = false;
  held_.erase(task->worker);
  const v1::TaskResult& result = completed.result();
  for (const v1::DatasetInfo& dataset : result.prepare_data().datasets()) {
    CheckFile(dataset.labels());
  }
  for (const v1::SplitPrediction& prediction : result.predict().predictions()) {
    CheckFile(prediction.prediction());
  }
  if (!result.has_train_fold()) return;
  CheckFile(result.train_fold().checkpoint().weights());
  CheckFile(result.train_fold().oof());
}

void JournalAudit::HoldResult(const v1::JournalRecord& record) {
  const v1::ResultHeld& held = record.result_held();
  Task* task = FindLive({record.sweep(), held.task()}, held.attempt(), "a result to audit");
  if (task == nullptr) return;
  task->is_live = false;
  held_.erase(task->worker);
}

void JournalAudit::End(const v1::JournalRecord& record, int64_t now_ms) {
  const v1::AttemptEnded& ended = record.attempt_ended();
  Task* task = FindLive({record.sweep(), ended.task()}, ended.attempt(), "the end");
  if (task == nullptr) return;
  task->is_live = false;
  held_.erase(task->worker);
  if (ended.end() != v1::ATTEMPT_END_EXPIRED) return;
  watchdog_.Count("lease lost", ended.task(), " attempt ", ended.attempt());
  if (now_ms - task->alive_ms < terms_.lease_ttl_ms &&
      now_ms - task->moved_ms < terms_.progress_timeout_ms) {
    watchdog_.Violate(ended.task(), ": the lease of attempt ", ended.attempt(), " was lost ",
                      now_ms - task->alive_ms, " ms after a sign of life and ",
                      now_ms - task->moved_ms, " ms after it moved");
  }
}

void JournalAudit::Remove(const v1::JournalRecord& record) {
  const std::string& sweep = record.sweep();
  // Numbers of attempts go on growing under the same name.
  for (auto& [id, task] : tasks_) {
    if (id.first == sweep) task.is_done = false;
  }
  std::erase_if(acknowledged_, [&](const auto& entry) { return entry.second.sweep == sweep; });
  for (const auto& [request, of] : requests_) {
    if (of == sweep && request != record.reply().request_id()) dropped_requests_.insert(request);
  }
  has_dropped_records_ = true;
}

void JournalAudit::CheckFile(const v1::Artifact& artifact) {
  if (!store_.Holds(artifact)) {
    watchdog_.Violate("the journal names a file that is not there: ", artifact.path());
  }
}

void JournalAudit::OnHeartbeat(const v1::HeartbeatRequest& request, int64_t now_ms) {
  const auto entry = tasks_.find({request.attempt().sweep(), request.attempt().task()});
  if (entry == tasks_.end()) return;
  Task& task = entry->second;
  if (!task.is_live || task.attempt != request.attempt().attempt()) return;
  task.alive_ms = now_ms;
  const uint64_t position =
      (uint64_t{request.progress().epoch()} << 32) + request.progress().step();
  if (position != task.position) task.moved_ms = now_ms;
  task.position = position;
}

void JournalAudit::OnAcknowledged(const std::string& request_id, const std::string& sweep,
                                  const std::string& response) {
  // A late retry of what was done to a removed sweep.
  if (dropped_requests_.contains(request_id)) return;
  acknowledged_.try_emplace(request_id, Acknowledged{sweep, response});
}

const std::string* JournalAudit::FindAcknowledged(const std::string& request_id) const {
  const auto entry = acknowledged_.find(request_id);
  return entry == acknowledged_.end() ? nullptr : &entry->second.response;
}

void JournalAudit::BeginReplay() {
  replayed_sequence_ = 0;
  replayed_requests_.clear();
}

void JournalAudit::OnReplayed(const v1::JournalRecord& record, int64_t now_ms) {
  if (record.has_reply()) replayed_requests_.insert(record.reply().request_id());
  replayed_sequence_ = record.sequence();
  if (record.sequence() > last_sequence_) OnCommitted(record, now_ms);
}

void JournalAudit::EndReplay(int64_t now_ms) {
  if (replayed_sequence_ < last_sequence_) {
    watchdog_.Violate("records after ", replayed_sequence_, " were committed and are gone");
  }
  for (const auto& [request, acknowledged] : acknowledged_) {
    if (!replayed_requests_.contains(request)) {
      watchdog_.Violate("request ", request, " was acknowledged and is gone");
    }
  }
  // As a lease table that begins anew.
  for (auto& [id, task] : tasks_) {
    task.alive_ms = task.moved_ms = now_ms;
    task.position = 0;
  }
}

}  // namespace pleat::simulation
