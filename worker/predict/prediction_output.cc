#include "worker/predict/prediction_output.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/csv_field.h"
#include "common/store/atomic_file.h"
#include "common/store/npy.h"
#include "worker/data/class_names.h"

namespace pleat {
namespace {

bool IsNpy(const std::string& path) { return path.ends_with(".npy"); }

// The shortest text that reads back the same.
void AppendReal(float value, std::string& out) {
  std::array<char, 32> text;
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), result.ptr);
}

std::string EncodeCsv(const Dataset& dataset, std::span<const float> probabilities,
                      const EnsembleManifest& manifest) {
  const int64_t classes = manifest.classes;
  const std::string prefix = manifest.class_names.empty() ? "p" : "p_";
  std::string out = "id,label";
  for (int64_t c = 0; c < classes; ++c) {
    absl::StrAppend(&out, ",", CsvField(prefix + ClassName(manifest.class_names, c)));
  }
  out += "\n";
  for (int64_t row = 0; row < dataset.rows; ++row) {
    const auto values = probabilities.subspan(row * classes, classes);
    out += dataset.ids.empty() ? absl::StrCat(row) : CsvField(dataset.ids[row]);
    const auto label = std::max_element(values.begin(), values.end()) - values.begin();
    absl::StrAppend(&out, ",", CsvField(ClassName(manifest.class_names, label)));
    for (const float value : values) {
      out += ',';
      AppendReal(value, out);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

absl::Status CheckPredictionOutput(const std::string& path) {
  if (!IsNpy(path) && !path.ends_with(".csv")) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot tell the format of '", path, "'; end its name in .csv or .npy"));
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the folder of '", path, "' does not exist; make it first"));
  }
  return absl::OkStatus();
}

absl::Status WritePredictionOutput(const std::string& path, const Dataset& dataset,
                                   std::span<const float> probabilities,
                                   const EnsembleManifest& manifest) {
  const std::array<uint64_t, 2> shape = {static_cast<uint64_t>(dataset.rows), manifest.classes};
  const std::string bytes = IsNpy(path) ? EncodeNpy<float>(shape, probabilities)
                                        : EncodeCsv(dataset, probabilities, manifest);
  return WriteFileAtomically(path, bytes);
}

}  // namespace pleat
