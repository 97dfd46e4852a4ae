#include "worker/predict/prediction_input.h"

#include <array>
#include <vector>

#include "common/base/status_macros.h"
#include "worker/data/csv_reader.h"
#include "worker/data/input_file.h"
#include "worker/predict/prediction_columns.h"

namespace pleat {
namespace {

// An IDX file begins with two zero bytes, which no text does.
absl::StatusOr<bool> LooksLikeIdx(const std::string& path) {
  PLEAT_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  std::array<char, 2> start{};
  PLEAT_ASSIGN_OR_RETURN(const size_t got, file.Read(start.data(), start.size()));
  return got == start.size() && start[0] == 0 && start[1] == 0;
}

}  // namespace

absl::StatusOr<Dataset> ReadPredictionInput(const std::string& path, const std::string& format,
                                            const EnsembleManifest& manifest) {
  bool is_idx = format == "idx";
  if (format == "auto") {
    PLEAT_ASSIGN_OR_RETURN(is_idx, LooksLikeIdx(path));
  }
  v1::DatasetSpec spec;
  if (is_idx) {
    spec.mutable_idx()->set_images(path);
    return ReadDataset(spec, nullptr);
  }
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadCsvHeader(path));
  PLEAT_ASSIGN_OR_RETURN(const PredictionColumns columns,
                         FindPredictionColumns(path, names, manifest));
  v1::CsvSource& csv = *spec.mutable_csv();
  csv.set_path(path);
  csv.set_label_column(columns.label);
  csv.set_id_column(columns.id);
  csv.set_height(static_cast<uint32_t>(manifest.height));
  if (columns.group.empty()) return ReadDataset(spec, nullptr);
  v1::GroupsSpec groups;
  groups.set_column(columns.group);
  return ReadDataset(spec, &groups);
}

}  // namespace pleat
