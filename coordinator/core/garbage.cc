#include "coordinator/core/garbage.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "common/base/protections.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

void KeepCheckpoint(const std::optional<v1::Checkpoint>& checkpoint, AttemptFolders* attempts) {
  if (!checkpoint.has_value()) return;
  VisitArtifacts(*checkpoint, [attempts](const v1::Artifact& artifact) {
    attempts->named.insert(artifact.path());
  });
  if (checkpoint->has_state()) attempts->states.push_back(checkpoint->state());
}

AttemptFolders FoldersOf(const Sweep& sweep, const TaskKey& key, const TaskState& task) {
  AttemptFolders attempts{.folder = layout::TaskFolder(sweep.name, TaskId(key)),
                          .last_attempt = task.attempt,
                          .running = {},
                          .named = {},
                          .states = {}};
  if (task.phase == TaskPhase::kRunning && IsOn(Protection::kRunningFolders)) {
    attempts.running = task.attempt;
  }
  KeepCheckpoint(task.checkpoint, &attempts);
  if (IsOn(Protection::kSecondCheckpoint)) KeepCheckpoint(task.previous_checkpoint, &attempts);
  if (task.result.has_value()) {
    VisitArtifacts(*task.result, [&attempts](const v1::Artifact& artifact) {
      attempts.named.insert(artifact.path());
    });
  }
  return attempts;
}

// By the record that left it, then by task.
std::vector<std::pair<uint64_t, TaskKey>> OldestGarbage(const Sweep& sweep, size_t most) {
  std::vector<std::pair<uint64_t, TaskKey>> garbage;
  garbage.reserve(sweep.garbage.size());
  for (const auto& [key, sequence] : sweep.garbage) garbage.emplace_back(sequence, key);
  const auto end = garbage.begin() + std::min(most, garbage.size());
  std::partial_sort(garbage.begin(), end, garbage.end());
  garbage.erase(end, garbage.end());
  return garbage;
}

// True if something that stays lies below a folder.
bool HoldsNamed(const std::string& folder, const AttemptFolders& attempts) {
  const std::string below = folder + "/";
  const auto first = attempts.named.lower_bound(below);
  return first != attempts.named.end() && first->starts_with(below);
}

}  // namespace

CollectGarbage PlanCollection(const Sweep& sweep, std::set<TaskKey> tasks) {
  CollectGarbage plan{.sweep = sweep.name, .collected = {}, .tasks = {}, .unfinished_ensemble = ""};
  const auto oldest = OldestGarbage(sweep, kMostCollectedTasks);
  for (const auto& [sequence, key] : oldest) tasks.insert(key);
  if (!oldest.empty()) {
    plan.collected.set_as_of(oldest.back().first);
    plan.collected.set_last_task(TaskId(oldest.back().second));
  }
  for (const TaskKey& key : tasks) {
    const auto task = sweep.tasks.find(key);
    if (task != sweep.tasks.end()) plan.tasks.push_back(FoldersOf(sweep, key, task->second));
  }
  // Should the sweep go on, it makes its next version.
  if (sweep.ended.has_value() && sweep.members.has_value() && !sweep.ensemble.has_value()) {
    plan.unfinished_ensemble = layout::EnsembleFolder(sweep.name, sweep.ensemble_version);
  }
  return plan;
}

std::set<TaskKey> TasksWithStaleAttempts(const Sweep& sweep) {
  std::set<TaskKey> tasks;
  for (const auto& [key, task] : sweep.tasks) {
    const bool last_is_sound = task.phase == TaskPhase::kDone || task.phase == TaskPhase::kRunning;
    if (task.attempt > sweep.attempts_before + (last_is_sound ? 1 : 0)) tasks.insert(key);
  }
  return tasks;
}

bool Settles(const v1::GarbageCollected& collected, uint64_t sequence, const TaskKey& task) {
  if (sequence != collected.as_of()) return sequence < collected.as_of();
  const std::optional<TaskKey> last = ParseTaskKey(collected.last_task());
  return last.has_value() && task <= *last;
}

Fate FateOf(const std::string& path, const AttemptFolders& attempts) {
  const std::string below = path.substr(attempts.folder.size() + 1);
  const std::optional<uint64_t> attempt =
      layout::ParseAttemptName(below.substr(0, below.find('/')));
  // Predictions with a fold's model lie beside its attempts.
  if (!attempt.has_value() || *attempt > attempts.last_attempt || attempt == attempts.running) {
    return Fate::kStays;
  }
  if (attempts.named.contains(path)) return Fate::kStays;
  return HoldsNamed(path, attempts) ? Fate::kDiffers : Fate::kGoes;
}

void VisitArtifacts(const google::protobuf::Message& message,
                    const std::function<void(const v1::Artifact&)>& visit) {
  if (message.GetDescriptor() == v1::Artifact::descriptor()) {
    return visit(static_cast<const v1::Artifact&>(message));
  }
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const google::protobuf::FieldDescriptor* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      VisitArtifacts(reflection.GetMessage(message, field), visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      VisitArtifacts(reflection.GetRepeatedMessage(message, field, i), visit);
    }
  }
}

}  // namespace pleat
