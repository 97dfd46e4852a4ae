#include "worker/data/dataset.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/csv_reader.h"
#include "worker/data/idx_reader.h"
#include "worker/data/image_folder_reader.h"
#include "worker/data/synthetic_digits.h"

namespace pleat {
namespace {

// Keeps the first `limit` rows (0: all).
void CutRows(uint64_t limit, Dataset& dataset) {
  if (limit == 0 || limit >= static_cast<uint64_t>(dataset.rows)) return;
  dataset.rows = static_cast<int64_t>(limit);
  dataset.pixels.resize(limit * dataset.height * dataset.width * dataset.channels);
  if (!dataset.labels.empty()) dataset.labels.resize(limit);
  if (!dataset.ids.empty()) dataset.ids.resize(limit);
  if (!dataset.groups.empty()) dataset.groups.resize(limit);
  if (!dataset.predefined_folds.empty()) dataset.predefined_folds.resize(limit);
}

absl::StatusOr<Dataset> ReadSource(const v1::DatasetSpec& spec, const RowColumns& columns,
                                   const KeepGoing& keep_going) {
  switch (spec.source_case()) {
    case v1::DatasetSpec::kIdx:
      return ReadIdxDataset(spec.idx(), keep_going);
    case v1::DatasetSpec::kCsv:
      return ReadCsvDataset(spec.csv(), columns, spec.limit(), keep_going);
    case v1::DatasetSpec::kSyntheticDigits:
      return MakeSyntheticDigits(spec.synthetic_digits(), keep_going);
    case v1::DatasetSpec::kImageFolder:
      return ReadImageFolder(spec.image_folder(), spec.limit(), keep_going);
    case v1::DatasetSpec::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "the data set has no source; give one of idx, csv, synthetic_digits, image_folder");
}

}  // namespace

absl::StatusOr<Dataset> ReadDataset(const v1::DatasetSpec& spec, const RowColumns& columns,
                                    const KeepGoing& keep_going) {
  if (!columns.group.empty() && !spec.has_csv()) {
    return absl::InvalidArgumentError(
        absl::StrCat("data.groups.column: '", columns.group,
                     "' needs a CSV file; for other sets give data.groups.rows_per_group or file"));
  }
  if (!columns.fold.empty() && !spec.has_csv()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cross_validation.predefined.column: '", columns.fold,
                     "' needs a CSV file; for other sets give cross_validation.predefined.file"));
  }
  PLEAT_ASSIGN_OR_RETURN(Dataset dataset, ReadSource(spec, columns, keep_going));
  CutRows(spec.limit(), dataset);
  return dataset;
}

}  // namespace pleat
