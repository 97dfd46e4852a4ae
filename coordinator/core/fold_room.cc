#include "coordinator/core/fold_room.h"

#include "absl/strings/str_cat.h"
#include "common/folds/splitter.h"

namespace pleat {

uint64_t MostFolds(const v1::SweepSpec& spec, uint64_t trials,
                   const std::optional<v1::FoldsAssigned>& folds) {
  uint64_t of_trial = FoldCount(spec.cross_validation());
  if (of_trial == 0) of_trial = folds.has_value() ? folds->rows_size() : kMostFolds;
  return trials * of_trial;
}

uint64_t MostFolds(const Sweep& sweep) {
  const bool is_over = sweep.ended.has_value() || sweep.SearchIsOver();
  return MostFolds(sweep.spec, is_over ? sweep.trials.size() : sweep.search->size(), sweep.folds);
}

absl::Status CheckFoldRoom(const State& state, const Capacity& capacity, const std::string& name,
                           uint64_t folds) {
  uint64_t of_others = 0;
  for (const auto& [other, sweep] : state.sweeps()) {
    if (other != name) of_others += MostFolds(sweep);
  }
  const Sweep* sweep = state.FindSweep(name);
  const bool adds_none = sweep != nullptr && folds <= MostFolds(*sweep);
  if (adds_none || folds + of_others <= capacity.folds) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "sweep '", name, "' could come to ", folds, " folds, beside ", of_others,
      " of other sweeps; the coordinator takes at most ", capacity.folds,
      " (before they are cut by groups or a list, each trial counts as ", kMostFolds,
      "); lower search.max_trials, or remove sweeps that are no longer needed with `pleat rm`"));
}

}  // namespace pleat
