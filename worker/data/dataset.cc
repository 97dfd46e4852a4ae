#include "worker/data/dataset.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/csv_reader.h"
#include "worker/data/dataset_digest.h"
#include "worker/data/dataset_limits.h"
#include "worker/data/idx_reader.h"
#include "worker/data/synthetic_digits.h"

namespace pleat {
namespace {

constexpr double kLargestByte = 255;

// Keeps the first `limit` rows (0: all).
void CutRows(uint64_t limit, Dataset& dataset) {
  if (limit == 0 || limit >= static_cast<uint64_t>(dataset.rows)) return;
  dataset.rows = static_cast<int64_t>(limit);
  dataset.pixels.resize(limit * dataset.height * dataset.width * dataset.channels);
  if (!dataset.labels.empty()) dataset.labels.resize(limit);
  if (!dataset.ids.empty()) dataset.ids.resize(limit);
  if (!dataset.groups.empty()) dataset.groups.resize(limit);
}

absl::StatusOr<Dataset> ReadSource(const v1::DatasetSpec& spec, const std::string& group_column,
                                   const KeepGoing& keep_going) {
  switch (spec.source_case()) {
    case v1::DatasetSpec::kIdx:
      return ReadIdxDataset(spec.idx(), keep_going);
    case v1::DatasetSpec::kCsv:
      return ReadCsvDataset(spec.csv(), group_column, spec.limit(), keep_going);
    case v1::DatasetSpec::kSyntheticDigits:
      return MakeSyntheticDigits(spec.synthetic_digits(), keep_going);
    case v1::DatasetSpec::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "the data set has no source; give one of idx, csv, synthetic_digits");
}

void GroupConsecutiveRows(uint64_t rows_per_group, Dataset& dataset) {
  dataset.groups.resize(static_cast<size_t>(dataset.rows));
  for (int64_t i = 0; i < dataset.rows; ++i) {
    dataset.groups[i] = static_cast<int64_t>(static_cast<uint64_t>(i) / rows_per_group);
  }
}

absl::Status CheckShape(const std::string& split, const Dataset& dataset, const Dataset& train) {
  if (dataset.height == train.height && dataset.width == train.width &&
      dataset.channels == train.channels) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("data.", split, " has images of ", dataset.height, "x", dataset.width, "x",
                   dataset.channels, " but data.train of ", train.height, "x", train.width, "x",
                   train.channels, "; all sets of a sweep must have one shape"));
}

absl::Status CheckLabels(const std::string& split, const Dataset& dataset, uint32_t classes) {
  const auto largest = std::max_element(dataset.labels.begin(), dataset.labels.end());
  if (largest == dataset.labels.end() || *largest < int64_t{classes}) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("data.", split, ": row ", largest - dataset.labels.begin(), " has the label ",
                   *largest, ", but there are ", classes, " classes (labels 0 to ", classes - 1,
                   "); correct the file or data.classes"));
}

absl::StatusOr<uint32_t> CountClasses(const v1::DataSpec& spec, const Dataset& train) {
  if (train.labels.empty()) {
    return absl::InvalidArgumentError(
        "data.train has no labels; name its labels (idx.labels or csv.label_column)");
  }
  const int64_t largest = *std::max_element(train.labels.begin(), train.labels.end());
  const uint32_t classes =
      spec.classes() != 0 ? spec.classes() : static_cast<uint32_t>(largest + 1);
  if (classes < 2) {
    return absl::InvalidArgumentError(
        "data.train: every label is 0; at least two classes are needed");
  }
  return classes;
}

absl::Status AddSplit(const std::string& split, const v1::DatasetSpec& spec,
                      const v1::GroupsSpec* groups, const KeepGoing& keep_going, SweepData& data) {
  if (data.find(split) != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("data.extra: the name '", split, "' is taken; choose another"));
  }
  absl::StatusOr<Dataset> dataset = ReadDataset(spec, groups, keep_going);
  if (!dataset.ok()) return Annotate(dataset.status(), absl::StrCat("data.", split));
  data.splits.emplace_back(split, *std::move(dataset));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Dataset> ReadDataset(const v1::DatasetSpec& spec, const v1::GroupsSpec* groups,
                                    const KeepGoing& keep_going) {
  const std::string group_column = groups != nullptr ? groups->column() : "";
  if (!group_column.empty() && !spec.has_csv()) {
    return absl::InvalidArgumentError(absl::StrCat("data.groups.column: '", group_column,
                                                   "' needs a CSV file; for other sets give "
                                                   "data.groups.rows_per_group"));
  }
  PLEAT_ASSIGN_OR_RETURN(Dataset dataset, ReadSource(spec, group_column, keep_going));
  CutRows(spec.limit(), dataset);
  if (groups != nullptr && groups->by_case() == v1::GroupsSpec::kRowsPerGroup) {
    if (groups->rows_per_group() == 0) {
      return absl::InvalidArgumentError("data.groups.rows_per_group: 0 is out of range, minimum 1");
    }
    GroupConsecutiveRows(groups->rows_per_group(), dataset);
  }
  PLEAT_ASSIGN_OR_RETURN(dataset.sha256, DatasetSha256(dataset, keep_going));
  return dataset;
}

const Dataset* SweepData::find(const std::string& split) const {
  for (const auto& [name, dataset] : splits) {
    if (name == split) return &dataset;
  }
  return nullptr;
}

absl::StatusOr<SweepData> ReadSweepData(const v1::DataSpec& spec, const KeepGoing& keep_going) {
  SweepData data;
  data.scale = spec.scale() > 0 ? spec.scale() : kLargestByte;
  PLEAT_RETURN_IF_ERROR(AddSplit("train", spec.train(),
                                 spec.has_groups() ? &spec.groups() : nullptr, keep_going, data));
  if (spec.has_test())
    PLEAT_RETURN_IF_ERROR(AddSplit("test", spec.test(), nullptr, keep_going, data));
  for (const v1::ExtraDataset& extra : spec.extra()) {
    PLEAT_RETURN_IF_ERROR(AddSplit(extra.key(), extra.dataset(), nullptr, keep_going, data));
  }
  const Dataset& train = data.splits.front().second;
  PLEAT_ASSIGN_OR_RETURN(data.classes, CountClasses(spec, train));
  for (const auto& [split, dataset] : data.splits) {
    PLEAT_RETURN_IF_ERROR(CheckShape(split, dataset, train));
    PLEAT_RETURN_IF_ERROR(CheckLabels(split, dataset, data.classes));
  }
  return data;
}

}  // namespace pleat
