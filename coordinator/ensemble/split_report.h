// What the ensemble's predictions of labelled rows look like, as files for people and for reports.
// Pure functions; equal input gives equal bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "proto/artifact.pb.h"

namespace pleat {

// Predictions of rows whose labels are known.
struct LabelledPredictions {
  std::vector<int64_t> rows = {};         // their numbers in the data set, ascending
  std::vector<int64_t> labels = {};       // [rows]
  std::vector<float> probabilities = {};  // [rows, classes]
  std::vector<int64_t> groups = {};       // [rows]; empty without groups
  std::vector<int64_t> origins = {};      // [rows], into the sets' names; empty: all of one set
};

// The names of the data set's classes, or their numbers if there are none.
std::vector<std::string> ClassNames(const v1::DatasetInfo& dataset);

// confusion_matrix.csv: a line per class with its rows by predicted class.
std::string ConfusionCsv(const LabelledPredictions& predictions,
                         std::span<const std::string> class_names);
// classification_report.txt, as scikit-learn prints it, with four digits.
std::string ReportText(const LabelledPredictions& predictions,
                       std::span<const std::string> class_names);
// calibration.csv: from,to,rows,accuracy,confidence; a line per bin of the largest probability.
// Both means are empty for a bin without rows.
std::string CalibrationCsv(const LabelledPredictions& predictions, int64_t classes);
// groups.csv: group,rows,accuracy,log_loss; a line per group, ascending.
std::string GroupsCsv(const LabelledPredictions& predictions, int64_t classes);
// origins.csv: origin,rows,accuracy,log_loss; a line per set that rows come from, in the order of
// `names`.
std::string OriginsCsv(const LabelledPredictions& predictions, int64_t classes,
                       std::span<const std::string> names);
// mistakes.csv: row,label,predicted,confidence,label_probability; the wrong predictions, most
// confident first, and at most `most` of them. Classes by number.
std::string MistakesCsv(const LabelledPredictions& predictions, int64_t classes, size_t most);

}  // namespace pleat
