#include "coordinator/core/retention.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

bool HasWeights(const TaskState& task) {
  return task.result.has_value() && task.result->train_fold().checkpoint().has_weights();
}

bool KeepsAll(const Sweep& sweep) {
  const v1::ResourceSpec& resources = sweep.spec.resources();
  return !resources.has_keep() || resources.keep() == "all";
}

std::set<TaskKey> FoldsToKeep(const Sweep& sweep) {
  std::set<TaskKey> folds;
  for (const v1::Member& member : sweep.members->members()) {
    folds.insert({TaskKind::kTrainFold, member.trial(), member.fold()});
  }
  if (sweep.spec.resources().keep() != "best" || !sweep.best_trial.has_value()) return folds;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    folds.insert({TaskKind::kTrainFold, *sweep.best_trial, fold});
  }
  return folds;
}

std::set<std::string> StartWeightsOf(const State& state) {
  std::set<std::string> paths;
  for (const auto& [name, sweep] : state.sweeps()) {
    for (const Trial& trial : sweep.trials) {
      for (const v1::StartWeights& start : trial.start_weights) {
        paths.insert(start.weights().path());
      }
    }
  }
  return paths;
}

}  // namespace

std::vector<TaskKey> FoldsToFree(const State& state, const Sweep& sweep) {
  std::vector<TaskKey> folds;
  if (KeepsAll(sweep)) return folds;
  const std::set<TaskKey> kept = FoldsToKeep(sweep);
  const std::set<std::string> starts = StartWeightsOf(state);
  for (const auto& [key, task] : sweep.tasks) {
    if (key.kind != TaskKind::kTrainFold || kept.contains(key)) continue;
    const bool is_done = HasWeights(task) &&
                         !starts.contains(task.result->train_fold().checkpoint().weights().path());
    if (is_done || task.checkpoint.has_value()) folds.push_back(key);
  }
  return folds;
}

absl::Status CheckWeightsAreKept(const Sweep& sweep) {
  if (KeepsAll(sweep)) return absl::OkStatus();
  uint32_t freed = 0;
  for (const auto& [key, task] : sweep.tasks) {
    freed += key.kind == TaskKind::kTrainFold && task.result.has_value() && !HasWeights(task);
  }
  if (freed == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("sweep '", sweep.name, "' cannot make a further ensemble, since the weights of ",
                   freed, freed == 1 ? " fold " : " folds ", FreedText(sweep),
                   "; submit it under another name, with `keep: all`"));
}

std::string FreedText(const Sweep& sweep) {
  return absl::StrCat("were freed by `resources.keep: ", sweep.spec.resources().keep(), "`");
}

}  // namespace pleat
