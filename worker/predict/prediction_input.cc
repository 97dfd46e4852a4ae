#include "worker/predict/prediction_input.h"

#include <array>
#include <filesystem>
#include <system_error>
#include <vector>

#include "common/base/status_macros.h"
#include "worker/data/class_names.h"
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

absl::StatusOr<std::string> FindFormat(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return "image_folder";
  PLEAT_ASSIGN_OR_RETURN(const bool is_idx, LooksLikeIdx(path));
  return is_idx ? "idx" : "csv";
}

absl::StatusOr<Dataset> ReadCsv(const std::string& path, const EnsembleManifest& manifest) {
  PLEAT_ASSIGN_OR_RETURN(const std::vector<std::string> names, ReadCsvHeader(path));
  PLEAT_ASSIGN_OR_RETURN(const PredictionColumns columns,
                         FindPredictionColumns(path, names, manifest));
  v1::DatasetSpec spec;
  v1::CsvSource& csv = *spec.mutable_csv();
  csv.set_path(path);
  csv.set_label_column(columns.label);
  csv.set_id_column(columns.id);
  csv.set_height(static_cast<uint32_t>(manifest.height));
  return ReadDataset(spec, {.left_aside = {columns.group, columns.fold}});
}

absl::StatusOr<Dataset> ReadFormat(const std::string& path, const std::string& format,
                                   const EnsembleManifest& manifest) {
  if (format == "csv") return ReadCsv(path, manifest);
  v1::DatasetSpec spec;
  if (format == "idx") {
    spec.mutable_idx()->set_images(path);
  } else {
    spec.mutable_image_folder()->set_path(path);
    spec.mutable_image_folder()->set_channels(manifest.channels == 1 ? "grey" : "rgb");
  }
  return ReadDataset(spec);
}

}  // namespace

absl::StatusOr<Dataset> ReadPredictionInput(const std::string& path, const std::string& format,
                                            const EnsembleManifest& manifest) {
  std::string found = format;
  if (format == "auto") {
    PLEAT_ASSIGN_OR_RETURN(found, FindFormat(path));
  }
  PLEAT_ASSIGN_OR_RETURN(Dataset dataset, ReadFormat(path, found, manifest));
  PLEAT_RETURN_IF_ERROR(Annotate(MatchClasses(manifest.class_names, dataset), path));
  return dataset;
}

}  // namespace pleat
