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

absl::Status CheckFoldRoom(const State& state, const Capacity& capacity, const std::string& name,
                           uint64_t folds) {
  uint64_t of_others = 0;
  for (const auto& [other, sweep] : state.sweeps()) {
    const uint64_t trials = sweep.ended.has_value() ? sweep.trials.size() : sweep.search->size();
    if (other != name) of_others += MostFolds(sweep.spec, trials, sweep.folds);
  }
  if (folds + of_others <= capacity.folds) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "sweep '", name, "' could come to ", folds, " folds, beside ", of_others,
      " of other sweeps; the coordinator takes at most ", capacity.folds,
      "; lower search.max_trials, or remove sweeps that are no longer needed with `pleat rm`"));
}

}  // namespace pleat
