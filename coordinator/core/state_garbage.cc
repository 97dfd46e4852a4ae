// Applies the records about what is kept no longer, and notes which tasks have left garbage.
#include "absl/strings/str_cat.h"
#include "coordinator/core/garbage.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/state.h"

namespace pleat {
namespace {

// After an end from which the sweep does not go on, nobody goes on from a checkpoint.
void ForgetCheckpointsOf(Sweep& sweep) {
  for (auto& [key, task] : sweep.tasks) task.ForgetCheckpoints();
}

void NoteEnd(Sweep& sweep, uint64_t sequence) {
  if (!MayReopen(sweep)) ForgetCheckpointsOf(sweep);
  // Once more, for what stale attempts have written since.
  for (const TaskKey& key : TasksWithStaleAttempts(sweep)) sweep.garbage[key] = sequence;
  // The folder of its ensemble, if that will not be finished.
  if (sweep.members.has_value() && !sweep.ensemble.has_value()) sweep.garbage[{}] = sequence;
}

// Of a result that was accepted: a trained fold leaves checkpoints, others only earlier attempts.
bool LeavesGarbage(const Sweep& sweep, const TaskKey& key) {
  return key.kind == TaskKind::kTrainFold ||
         sweep.tasks.at(key).attempt > sweep.attempts_before + 1;
}

}  // namespace

absl::Status State::FreeWeights(Sweep& sweep, const v1::WeightsFreed& update) {
  for (const std::string& id : update.tasks()) {
    const std::optional<TaskKey> key = ParseTaskKey(id);
    const auto position = key.has_value() ? sweep.tasks.find(*key) : sweep.tasks.end();
    if (position == sweep.tasks.end() || key->kind != TaskKind::kTrainFold ||
        position->second.phase == TaskPhase::kRunning) {
      return Misfit(absl::StrCat("the weights of ", id, " were not to be freed"));
    }
    TaskState& task = position->second;
    task.ForgetCheckpoints();
    if (!task.result.has_value()) continue;
    v1::Checkpoint& counted = *task.result->mutable_train_fold()->mutable_checkpoint();
    counted.clear_weights();
    counted.clear_optimizer();
    counted.clear_state();
  }
  return absl::OkStatus();
}

void State::NoteGarbage(Sweep& sweep, const v1::JournalRecord& record) {
  const auto note = [&](const std::string& task) {
    sweep.garbage[*ParseTaskKey(task)] = record.sequence();
  };
  switch (record.update_case()) {
    case v1::JournalRecord::kTaskCompleted:
      if (LeavesGarbage(sweep, *ParseTaskKey(record.task_completed().task()))) {
        note(record.task_completed().task());
      }
      return;
    case v1::JournalRecord::kAttemptEnded:
      return note(record.attempt_ended().task());
    case v1::JournalRecord::kResultHeld:
      return note(record.result_held().task());
    case v1::JournalRecord::kTrialRetried:
      for (const uint32_t fold : record.trial_retried().folds()) {
        sweep.garbage[{TaskKind::kTrainFold, record.trial_retried().trial(), fold}] =
            record.sequence();
      }
      return;
    case v1::JournalRecord::kWeightsFreed:
      for (const std::string& task : record.weights_freed().tasks()) note(task);
      return;
    case v1::JournalRecord::kSweepEnded:
      return NoteEnd(sweep, record.sequence());
    case v1::JournalRecord::kGarbageCollected:
      std::erase_if(sweep.garbage, [&record](const auto& entry) {
        return Settles(record.garbage_collected(), entry.second, entry.first);
      });
      return;
    default:
      return;
  }
}

}  // namespace pleat
