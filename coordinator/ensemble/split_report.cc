#include "coordinator/ensemble/split_report.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/csv_field.h"
#include "common/metrics/classification_report.h"
#include "common/metrics/classification_sums.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

// The shortest digits that read back to the same bits.
template <typename Real>
std::string Digits(Real value) {
  char text[32];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), value);
  return std::string(text, end.ptr);
}

std::span<const float> Row(const LabelledPredictions& predictions, size_t i, int64_t classes) {
  return std::span(predictions.probabilities).subspan(i * classes, classes);
}

// Of the rows of each key; `keys` [rows].
std::map<int64_t, v1::ClassificationSums> SumsByKey(const LabelledPredictions& predictions,
                                                    std::span<const int64_t> keys,
                                                    int64_t classes) {
  std::map<int64_t, v1::ClassificationSums> sums;
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto [entry, is_new] = sums.try_emplace(keys[i]);
    if (is_new) entry->second = EmptySums(classes);
    AddRows(Row(predictions, i, classes), std::span(predictions.labels).subspan(i, 1),
            entry->second);
  }
  return sums;
}

// ",rows,accuracy,log_loss" of a line.
std::string SumsFields(const v1::ClassificationSums& sums) {
  return absl::StrCat(",", RowsOf(sums), ",", Digits(AccuracyOf(sums)), ",",
                      Digits(ClassMetricsOf(sums).log_loss()), "\n");
}

v1::ClassificationSums Sums(const LabelledPredictions& predictions, int64_t classes) {
  return SumsOf(predictions.probabilities, predictions.labels, classes);
}

}  // namespace

std::vector<std::string> ClassNames(const v1::DatasetInfo& dataset) {
  std::vector<std::string> names(dataset.class_names().begin(), dataset.class_names().end());
  for (size_t i = names.size(); i < dataset.classes(); ++i) names.push_back(absl::StrCat(i));
  return names;
}

std::string ConfusionCsv(const LabelledPredictions& predictions,
                         std::span<const std::string> class_names) {
  const std::vector<int64_t> counts =
      ConfusionMatrix(predictions.probabilities, predictions.labels, std::ssize(class_names));
  std::string csv = "label";
  for (const std::string& name : class_names) absl::StrAppend(&csv, ",", CsvField(name));
  for (size_t i = 0; i < counts.size(); ++i) {
    const size_t column = i % class_names.size();
    if (column == 0) absl::StrAppend(&csv, "\n", CsvField(class_names[i / class_names.size()]));
    absl::StrAppend(&csv, ",", counts[i]);
  }
  return csv + "\n";
}

std::string ReportText(const LabelledPredictions& predictions,
                       std::span<const std::string> class_names) {
  return ClassificationReport(Sums(predictions, std::ssize(class_names)).classes(), class_names,
                              /*digits=*/4);
}

std::string CalibrationCsv(const LabelledPredictions& predictions, int64_t classes) {
  std::string csv = "from,to,rows,accuracy,confidence\n";
  const v1::ClassificationSums sums = Sums(predictions, classes);
  for (int i = 0; i < sums.bins_size(); ++i) {
    const v1::CalibrationBin& bin = sums.bins(i);
    const double rows = static_cast<double>(bin.rows());
    const double bins = sums.bins_size();
    absl::StrAppend(&csv, Digits(i / bins), ",", Digits((i + 1) / bins), ",", bin.rows(), ",");
    if (bin.rows() > 0) {
      absl::StrAppend(&csv, Digits(static_cast<double>(bin.hits()) / rows), ",",
                      Digits(bin.confidence() / rows), "\n");
    } else {
      csv += ",\n";
    }
  }
  return csv;
}

std::string GroupsCsv(const LabelledPredictions& predictions, int64_t classes) {
  std::string csv = "group,rows,accuracy,log_loss\n";
  for (const auto& [group, sums] : SumsByKey(predictions, predictions.groups, classes)) {
    absl::StrAppend(&csv, group, SumsFields(sums));
  }
  return csv;
}

std::string OriginsCsv(const LabelledPredictions& predictions, int64_t classes,
                       std::span<const std::string> names) {
  std::string csv = "origin,rows,accuracy,log_loss\n";
  for (const auto& [origin, sums] : SumsByKey(predictions, predictions.origins, classes)) {
    absl::StrAppend(&csv, CsvField(names[origin]), SumsFields(sums));
  }
  return csv;
}

std::string MistakesCsv(const LabelledPredictions& predictions, int64_t classes, size_t most) {
  struct Mistake {
    size_t index;
    int64_t predicted;
    float confidence;
  };
  std::vector<Mistake> mistakes;
  for (size_t i = 0; i < predictions.rows.size(); ++i) {
    const std::span<const float> row = Row(predictions, i, classes);
    const int64_t predicted = FirstLargest(row);
    if (predicted != predictions.labels[i]) mistakes.push_back({i, predicted, row[predicted]});
  }
  std::stable_sort(mistakes.begin(), mistakes.end(),
                   [](const Mistake& a, const Mistake& b) { return a.confidence > b.confidence; });
  mistakes.resize(std::min(mistakes.size(), most));
  std::string csv = "row,label,predicted,confidence,label_probability\n";
  for (const Mistake& mistake : mistakes) {
    const int64_t label = predictions.labels[mistake.index];
    absl::StrAppend(&csv, predictions.rows[mistake.index], ",", label, ",", mistake.predicted, ",",
                    Digits(mistake.confidence), ",",
                    Digits(Row(predictions, mistake.index, classes)[label]), "\n");
  }
  return csv;
}

}  // namespace pleat
