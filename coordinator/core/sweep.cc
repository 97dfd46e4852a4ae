#include "coordinator/core/sweep.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/config/pruning_check.h"
#include "coordinator/core/given_trials.h"

namespace pleat {
namespace {

// Only where the next trial neither follows from how others ended nor depends on what they cost,
// and trials are compared by folds, not by epochs that all have.
bool RacesBreadthFirst(const Sweep& sweep) {
  const v1::SearchSpec& search = sweep.spec.search();
  const v1::PruningSpec& pruning = search.pruning();
  return pruning.has_fold_racing() && !pruning.has_asha() && !pruning.has_percentile() &&
         !search.has_budget() && !TakesGivenTrials(sweep) &&
         !sweep.search->LearnsFor(std::numeric_limits<uint32_t>::max());
}

auto& LastSize(auto& race_changes) {
  return std::find_if(race_changes.rbegin(), race_changes.rend(),
                      [](const RaceChange& change) { return !change.left.has_value(); })
      ->size;
}

}  // namespace

bool TaskState::GoesOnFrom(const v1::Checkpoint& other) const {
  return checkpoint.has_value() && checkpoint->SerializeAsString() == other.SerializeAsString();
}

void TaskState::DropCheckpoint() { checkpoint = std::exchange(previous_checkpoint, std::nullopt); }

void TaskState::ForgetCheckpoints() {
  checkpoint.reset();
  previous_checkpoint.reset();
}

uint32_t Sweep::fold_count() const { return folds.has_value() ? folds->rows_size() : 0; }

const v1::PrepareDataResult& Sweep::prepared() const {
  const auto prepare = tasks.find(TaskKey{});
  if (prepare == tasks.end() || !prepare->second.result.has_value()) {
    return v1::PrepareDataResult::default_instance();
  }
  return prepare->second.result->prepare_data();
}

bool Sweep::TrialsRace() const { return pleat::TrialsRace(spec.search()); }
bool Sweep::AwaitsWarmStart() const {
  return !spec.search().warm_start().empty() && !warm_start.has_value();
}

bool Sweep::SearchIsOver() const {
  const size_t all = search_finished ? given.size() : search->size();
  return search_ended.has_value() || trials.size() == all;
}

bool Sweep::AllTrialsEnded() const { return SearchIsOver() && trials_ended == trials.size(); }

bool Sweep::DependsOnExecution() const {
  if (folds_done > 0 || !running.empty()) return true;
  return std::ranges::any_of(tasks, [](const auto& entry) {
    const TaskState& task = entry.second;
    return task.furthest_epoch > 0 || task.checkpoint.has_value() ||
           (!task.held.empty() && task.phase != TaskPhase::kCancelled);
  });
}

uint64_t Sweep::NextAttempt(const TaskKey& key) const {
  return std::max(tasks.at(key).attempt, attempts_before) + 1;
}

uint64_t Sweep::LastAttempt() const {
  uint64_t last = attempts_before;
  for (const auto& [key, task] : tasks) last = std::max(last, task.attempt);
  return last;
}

void ResizeRace(Sweep& sweep, uint32_t round) {
  const bool is_over = sweep.search_finished || sweep.search_ended.has_value();
  const size_t trials =
      is_over ? std::max(sweep.given.size(), sweep.trials.size()) : sweep.search->size();
  sweep.race_changes.push_back(
      {.round = round,
       .size = {.trials = static_cast<uint32_t>(trials),
                .at_once = std::max(1u, sweep.spec.resources().max_concurrent_trials()),
                .is_breadth_first = RacesBreadthFirst(sweep)}});
}

void EndRaceAt(Sweep& sweep, uint32_t trials) {
  if (!sweep.race_changes.empty()) LastSize(sweep.race_changes).trials = trials;
}

const RaceSize& CurrentRaceSize(const Sweep& sweep) { return LastSize(sweep.race_changes); }

bool MayReopen(const Sweep& sweep) {
  return sweep.folds.has_value() && sweep.AllTrialsEnded() &&
         sweep.ended->state() != v1::SWEEP_STATE_CANCELLED;
}

const v1::DatasetInfo& TrainingRows(const Sweep& sweep) { return sweep.prepared().datasets(0); }

std::vector<std::string> PredictedSplits(const Sweep& sweep) {
  std::vector<std::string> splits;
  for (const v1::DatasetInfo& dataset : sweep.prepared().datasets()) {
    if (dataset.split() != "train") splits.push_back(dataset.split());
  }
  return splits;
}

bool NeedsPredictions(const Sweep& sweep, const v1::MembersSelected& members) {
  return members.views_size() > 0 || !PredictedSplits(sweep).empty();
}

}  // namespace pleat
