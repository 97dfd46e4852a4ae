#include "worker/data/training_rows.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/append_rows.h"
#include "worker/data/match_training.h"
#include "worker/data/predefined_folds.h"
#include "worker/data/row_groups.h"

namespace pleat {
namespace {

// One of the sets, with the groups that it has for itself.
absl::StatusOr<Dataset> ReadSet(const std::string& set, const v1::DatasetSpec& spec,
                                const v1::GroupsSpec& groups,
                                const v1::PredefinedSplitSpec& predefined,
                                const KeepGoing& keep_going) {
  absl::StatusOr<Dataset> dataset =
      ReadDataset(spec, {.group = groups.column(), .fold = predefined.column()}, keep_going);
  if (!dataset.ok()) return Annotate(dataset.status(), set);
  PLEAT_RETURN_IF_ERROR(CheckLabelled(set, *dataset));
  if (groups.has_rows_per_group()) {
    PLEAT_RETURN_IF_ERROR(GroupConsecutiveRows(groups.rows_per_group(), *dataset));
  }
  return dataset;
}

// A label far off is more likely a mistake than a class, and a class without rows would count in
// every mean over the classes.
absl::Status CheckEveryClassHasRows(const Dataset& train) {
  const auto largest = std::max_element(train.labels.begin(), train.labels.end());
  std::vector<bool> has_rows(static_cast<size_t>(*largest) + 1);
  for (const int64_t label : train.labels) has_rows[static_cast<size_t>(label)] = true;
  const auto absent = std::find(has_rows.begin(), has_rows.end(), false);
  if (absent == has_rows.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "data.train: row ", largest - train.labels.begin(), " has the label ", *largest,
      ", but no row has the label ", absent - has_rows.begin(),
      "; number classes from 0 without gaps, or set data.classes if these rows lack some"));
}

absl::StatusOr<uint32_t> CountClasses(uint32_t asked, const Dataset& train) {
  const int64_t largest = *std::max_element(train.labels.begin(), train.labels.end());
  const auto names = static_cast<uint32_t>(train.class_names.size());
  if (names > 0 && asked > 0 && asked != names) {
    return absl::InvalidArgumentError(absl::StrCat("data.classes is ", asked,
                                                   ", but data.train has ", names,
                                                   " class folders; leave data.classes out"));
  }
  if (names == 0 && asked == 0) PLEAT_RETURN_IF_ERROR(CheckEveryClassHasRows(train));
  const uint32_t found = names > 0 ? names : static_cast<uint32_t>(largest + 1);
  const uint32_t classes = asked > 0 ? asked : found;
  if (classes < 2) {
    return absl::InvalidArgumentError(
        "data.train: every label is 0; at least two classes are needed");
  }
  return classes;
}

absl::Status GroupAllRows(const v1::GroupsSpec& groups, Dataset& dataset,
                          const KeepGoing& keep_going) {
  if (groups.has_file()) return GroupByFile(groups.file(), dataset, keep_going);
  if (groups.has_origin()) return GroupByOrigin(dataset);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TrainingRows> ReadTrainingRows(const v1::DataSpec& spec,
                                              const v1::PredefinedSplitSpec& predefined,
                                              const KeepGoing& keep_going) {
  TrainingRows train;
  PLEAT_ASSIGN_OR_RETURN(
      train.dataset, ReadSet("data.train", spec.train(), spec.groups(), predefined, keep_going));
  PLEAT_ASSIGN_OR_RETURN(train.classes, CountClasses(spec.classes(), train.dataset));
  PLEAT_RETURN_IF_ERROR(MatchTraining("data.train", train.dataset, train.classes, train.dataset));
  for (const v1::ExtraDataset& merged : spec.merge()) {
    const std::string set = absl::StrCat("data.merge[", merged.key(), "]");
    PLEAT_ASSIGN_OR_RETURN(Dataset more,
                           ReadSet(set, merged.dataset(), spec.groups(), predefined, keep_going));
    PLEAT_RETURN_IF_ERROR(MatchTraining(set, train.dataset, train.classes, more));
    PLEAT_RETURN_IF_ERROR(AppendRows(merged.key(), std::move(more), train.dataset));
  }
  PLEAT_RETURN_IF_ERROR(GroupAllRows(spec.groups(), train.dataset, keep_going));
  if (predefined.has_file()) {
    PLEAT_RETURN_IF_ERROR(ReadPredefinedFolds(predefined.file(), train.dataset, keep_going));
  }
  return train;
}

}  // namespace pleat
