#include "coordinator/core/fold_room.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/folds/splitter.h"

namespace pleat {
namespace {

uint64_t FoldsOfTrial(const v1::SweepSpec& spec, const Sweep* sweep) {
  const uint64_t folds = FoldCount(spec.cross_validation());
  if (folds > 0) return folds;
  return sweep != nullptr && sweep->folds.has_value() ? sweep->folds->rows_size() : kMostFolds;
}

uint64_t MostFolds(const Sweep& sweep) {
  const bool is_over = sweep.ended.has_value() || sweep.SearchIsOver();
  return FoldsOfTrial(sweep.spec, &sweep) * (is_over ? sweep.trials.size() : sweep.search->size());
}

}  // namespace

absl::Status CheckFoldRoom(const State& state, const Capacity& capacity, const v1::SweepSpec& spec,
                           uint64_t trials) {
  uint64_t of_others = 0;
  for (const auto& [name, sweep] : state.sweeps()) {
    if (name != spec.name()) of_others += MostFolds(sweep);
  }
  const Sweep* sweep = state.FindSweep(spec.name());
  const uint64_t of_trial = FoldsOfTrial(spec, sweep);
  const uint64_t folds = trials * of_trial;
  const bool adds_none = sweep != nullptr && folds <= MostFolds(*sweep);
  if (adds_none || folds + of_others <= capacity.folds) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "sweep '", spec.name(), "' could come to ", trials, " trials of ",
      of_trial == kMostFolds ? "up to " : "", of_trial, " folds, beside ", of_others,
      " folds of other sweeps; the coordinator takes at most ", capacity.folds,
      ": lower search.max_trials, or remove sweeps that are no longer needed with `pleat rm`"));
}

}  // namespace pleat
