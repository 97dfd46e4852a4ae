#include "worker/data/sweep_data.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_digest.h"
#include "worker/data/match_training.h"
#include "worker/data/training_rows.h"

namespace pleat {
namespace {

constexpr double kLargestByte = 255;

// `set`: how the sweep calls it, as "data.extra[dig]". `columns` are those of the training rows.
absl::Status AddSplit(const std::string& split, const std::string& set, const v1::DatasetSpec& spec,
                      const RowColumns& columns, const KeepGoing& keep_going, SweepData& data) {
  if (data.find(split) != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(set, ": the name '", split, "' is taken; choose another"));
  }
  absl::StatusOr<Dataset> dataset = ReadDataset(spec, columns, keep_going);
  if (!dataset.ok()) return Annotate(dataset.status(), set);
  PLEAT_RETURN_IF_ERROR(MatchTraining(set, *data.find("train"), data.classes, *dataset));
  data.splits.emplace_back(split, *std::move(dataset));
  return absl::OkStatus();
}

absl::Status AddExtra(const v1::ExtraDataset& extra, const RowColumns& columns,
                      const KeepGoing& keep_going, SweepData& data) {
  const std::string set = absl::StrCat("data.extra[", extra.key(), "]");
  PLEAT_RETURN_IF_ERROR(AddSplit(extra.key(), set, extra.dataset(), columns, keep_going, data));
  return CheckLabelled(set, data.splits.back().second);
}

}  // namespace

const Dataset* SweepData::find(const std::string& split) const {
  for (const auto& [name, dataset] : splits) {
    if (name == split) return &dataset;
  }
  return nullptr;
}

absl::StatusOr<SweepData> ReadSweepData(const v1::DataSpec& spec,
                                        const v1::PredefinedSplitSpec& predefined,
                                        const KeepGoing& keep_going) {
  SweepData data;
  data.scale = spec.scale() > 0 ? spec.scale() : kLargestByte;
  PLEAT_ASSIGN_OR_RETURN(TrainingRows train, ReadTrainingRows(spec, predefined, keep_going));
  data.classes = train.classes;
  data.splits.emplace_back("train", std::move(train.dataset));
  // A file of the same make as the training set's may have its columns, which are no pixels.
  const RowColumns columns = {.left_aside = {spec.groups().column(), predefined.column()}};
  if (spec.has_test()) {
    PLEAT_RETURN_IF_ERROR(AddSplit("test", "data.test", spec.test(), columns, keep_going, data));
  }
  for (const v1::ExtraDataset& extra : spec.extra()) {
    PLEAT_RETURN_IF_ERROR(AddExtra(extra, columns, keep_going, data));
  }
  for (auto& [split, dataset] : data.splits) {
    PLEAT_ASSIGN_OR_RETURN(dataset.sha256, DatasetSha256(dataset, keep_going));
  }
  return data;
}

}  // namespace pleat
