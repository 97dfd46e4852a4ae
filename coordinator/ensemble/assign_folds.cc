#include "coordinator/ensemble/assign_folds.h"

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/failpoint.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/folds/folds_file.h"
#include "common/folds/splitter.h"
#include "common/store/store_layout.h"
#include "coordinator/ensemble/prediction_files.h"

namespace pleat {
namespace {

// Nobody reads it back, so that nothing fails for it.
void KeepSource(const AssignFolds& effect, Store& store) {
  const absl::Status status = store.Write(layout::SweepYaml(effect.sweep), effect.source).status();
  if (status.ok()) return;
  Log(LogLevel::kWarning, "the submitted text is not in the store",
      {{"sweep", effect.sweep}, {"error", status.ToString()}});
}

}  // namespace

absl::StatusOr<v1::FoldsAssigned> RunAssignFolds(const AssignFolds& effect, Store& store) {
  KeepSource(effect, store);
  const auto rows = static_cast<int64_t>(effect.train.rows());
  PLEAT_ASSIGN_OR_RETURN(const std::vector<int64_t> labels,
                         ReadRowNumbers(store, effect.train.labels(), rows));
  std::vector<int64_t> groups;
  if (effect.train.has_groups()) {
    PLEAT_ASSIGN_OR_RETURN(groups, ReadRowNumbers(store, effect.train.groups(), rows));
  }
  std::vector<int32_t> predefined;
  if (effect.train.has_predefined_folds()) {
    PLEAT_ASSIGN_OR_RETURN(predefined, ReadRowPlaces(store, effect.train.predefined_folds(), rows));
  }
  PLEAT_ASSIGN_OR_RETURN(
      const FoldAssignment folds,
      AssignRowsToFolds(effect.spec.cross_validation(), {labels, groups, predefined}));

  v1::FoldsAssigned assigned;
  for (const auto& validated : folds.RowsOfFolds()) assigned.add_rows(validated.size());
  // Files are never replaced.
  const std::string path = effect.adds_repeats ? layout::ExtendedFolds(effect.sweep, folds.repeats)
                                               : layout::Folds(effect.sweep);
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.assign_folds.before_file"));
  PLEAT_ASSIGN_OR_RETURN(*assigned.mutable_folds(), store.Write(path, EncodeFolds(folds)));
  PLEAT_RETURN_IF_ERROR(FailPoint("coordinator.assign_folds.end"));
  return assigned;
}

}  // namespace pleat
