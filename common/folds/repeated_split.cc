#include "common/folds/repeated_split.h"

#include "common/base/status_macros.h"

namespace pleat {

absl::StatusOr<FoldAssignment> RepeatSplit(const v1::RepeatedKFoldSpec& spec,
                                           const ShuffledSplit& split) {
  NumpyRandomState random(spec.seed());
  FoldAssignment all{.repeats = spec.repeats(), .fold_of_row = {}};
  for (uint32_t repeat = 0; repeat < spec.repeats(); ++repeat) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<int32_t> folds, split(random));
    all.fold_of_row.resize(folds.size() * spec.repeats());
    for (size_t row = 0; row < folds.size(); ++row) {
      const auto first = static_cast<int32_t>(repeat * spec.folds());
      all.fold_of_row[row * spec.repeats() + repeat] = first + folds[row];
    }
  }
  return all;
}

}  // namespace pleat
