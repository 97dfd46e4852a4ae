// Collections of garbage: when one begins, and what follows when it comes to its end.
#include <algorithm>
#include <utility>

#include "coordinator/core/core_impl.h"
#include "coordinator/core/retention.h"
#include "coordinator/core/retry_policy.h"

namespace pleat {
namespace {

// Between two collections of a sweep, and from a sign of life of a stale attempt on, which is told
// to stop, to the collection of what it may have written.
constexpr int64_t kPauseMs = 10'000;

}  // namespace

void CoordinatorCore::Impl::FreeWeights(const Sweep& sweep) {
  const std::vector<TaskKey> folds = FoldsToFree(state, sweep);
  if (folds.empty()) return;
  v1::JournalRecord record = RecordFor(sweep);
  record.mutable_weights_freed()->set_keep(sweep.spec.resources().keep());
  for (const TaskKey& key : folds) record.mutable_weights_freed()->add_tasks(TaskId(key));
  Emit(std::move(record));
}

void CoordinatorCore::Impl::NoteStaleAttempt(const v1::AttemptId& id) {
  const Sweep* sweep = state.FindSweep(id.sweep());
  const std::optional<TaskKey> key = ParseTaskKey(id.task());
  if (sweep == nullptr || !key.has_value()) return;
  const auto task = sweep->tasks.find(*key);
  if (task == sweep->tasks.end() || id.attempt() > task->second.attempt) return;
  const bool is_live =
      task->second.phase == TaskPhase::kRunning && task->second.attempt == id.attempt();
  if (is_live) return;
  Collection& collection = collections[id.sweep()];
  if (collection.written_to.empty()) {
    collection.due_ms = std::max(collection.due_ms, now.lease_ms + kPauseMs);
  }
  collection.written_to.insert(*key);
}

void CoordinatorCore::Impl::StartCollections() {
  for (auto next = collections.begin(); next != collections.end();) {
    const auto collection = next++;
    if (!StartCollection(collection->first, &collection->second)) collections.erase(collection);
  }
}

bool CoordinatorCore::Impl::StartCollection(const std::string& name, Collection* collection) {
  if (collection->is_running) return true;
  const Sweep* sweep = state.FindSweep(name);
  if (sweep == nullptr) return false;
  const bool has_waited = collection->due_ms <= now.lease_ms;
  const bool is_last = sweep->ended.has_value() && !sweep->garbage.empty();
  if (sweep->garbage.empty() && collection->written_to.empty()) return !has_waited;
  // What the sweep waits for comes first.
  if (running_effects.contains(name)) return true;
  if (!has_waited && !(is_last && collection->failures == 0)) return true;
  collection->is_running = true;
  collection->in_hand = std::exchange(collection->written_to, {});
  outcome.collections.push_back(PlanCollection(*sweep, collection->in_hand));
  return true;
}

bool CoordinatorCore::Impl::IsCollecting(const std::string& sweep) const {
  const auto collection = collections.find(sweep);
  return collection != collections.end() && collection->second.is_running;
}

void CoordinatorCore::Impl::On(uint64_t, const CollectionDone& done) {
  looks_for_garbage = true;
  const auto position = collections.find(done.sweep);
  if (position == collections.end() || !position->second.is_running) return;
  Collection& collection = position->second;
  collection.is_running = false;
  collection.failures = done.status.ok() ? 0 : collection.failures + 1;
  if (!done.status.ok()) collection.written_to.merge(collection.in_hand);
  collection.due_ms =
      now.lease_ms + (done.status.ok() ? kPauseMs : EffectRetryMs(collection.failures));
  // A removal waits for its end.
  StartEffect(done.sweep);
  const Sweep* sweep = state.FindSweep(done.sweep);
  if (sweep == nullptr || !done.status.ok()) return;
  if (done.collected.as_of() == 0 && done.collected.files() == 0) return;
  v1::JournalRecord record = RecordFor(*sweep);
  *record.mutable_garbage_collected() = done.collected;
  Emit(std::move(record));
}

}  // namespace pleat
