#include "coordinator/ensemble/submission.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/csv_field.h"

namespace pleat {

absl::StatusOr<std::vector<std::string>> ParseIds(const std::string& text, int64_t rows) {
  std::vector<std::string> ids = absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
  if (static_cast<int64_t>(ids.size()) != rows) {
    return absl::DataLossError(
        absl::StrCat("ids.txt has ", ids.size(), " lines for ", rows, " rows"));
  }
  return ids;
}

std::string SubmissionCsv(std::span<const float> probabilities, int64_t classes,
                          const std::vector<std::string>& ids,
                          const std::vector<std::string>& class_names) {
  std::string csv = "id,label\n";
  const size_t rows = probabilities.size() / classes;
  for (size_t row = 0; row < rows; ++row) {
    const std::span<const float> values = probabilities.subspan(row * classes, classes);
    const auto label = std::max_element(values.begin(), values.end()) - values.begin();
    absl::StrAppend(&csv, ids.empty() ? absl::StrCat(row) : CsvField(ids[row]), ",",
                    class_names.empty() ? absl::StrCat(label) : CsvField(class_names[label]), "\n");
  }
  return csv;
}

}  // namespace pleat
