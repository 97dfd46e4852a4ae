// What a report shows: plain data, gathered by collect_report.h and drawn by html_report.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/analysis/sweep_analysis.h"
#include "proto/artifact.pb.h"

namespace pleat {

// One fold of a trial.
struct FoldReport {
  uint32_t fold = 0;
  std::vector<v1::EpochMetrics> epochs = {};  // by number; those that were reported
  std::optional<double> score = {};  // the sweep's metric of the weights that count, once done
  // By class: recall of the validation rows after each epoch, [epochs][classes]; of members only.
  std::vector<std::vector<double>> class_recall = {};
  // By class: share of the validation rows whose rounded probability is 1, [classes]; of members
  // only. NaN for a class without rows.
  std::vector<double> rounded_accuracy = {};
};

// One trial.
struct TrialReport {
  uint32_t trial = 0;
  std::vector<std::pair<std::string, std::string>> parameters = {};  // short name, value
  std::vector<FoldReport> folds = {};                                // by number
  std::optional<double> score = {};                                  // once finished
  double standard_error = 0;
  double weight = 0;  // in the ensemble; 0: no member
  bool is_best = false;
  bool is_cancelled = false;
  std::string why_stopped = {};  // by the race; empty: it was not
};

// Rows of similar confidence; the means are meaningless without rows.
struct CalibrationBinReport {
  double from = 0;
  double to = 0;
  uint64_t rows = 0;
  double accuracy = 0;
  double confidence = 0;
};

// Rows that belong together, such as those of one writer, or of one data set.
struct GroupReport {
  std::string name = {};  // its number, or the set's name
  uint64_t rows = 0;
  double accuracy = 0;
  double log_loss = 0;
};

// One wrong prediction.
struct MistakeReport {
  uint64_t row = 0;
  int64_t label = 0;
  int64_t predicted = 0;
  double confidence = 0;
  double label_probability = 0;
  std::string png_base64 = {};  // the row's image; empty: not known
};

// The ensemble's predictions of labelled rows.
struct SplitReport {
  std::string name = {};                 // "oof", "oof_tta", "test", or an extra set's
  v1::Scores scores = {};                // the ensemble's
  std::vector<v1::Scores> members = {};  // each member's; empty out of fold
  std::vector<uint64_t> confusion = {};  // [label * classes + predicted]; empty if unknown
  std::vector<CalibrationBinReport> calibration = {};
  std::vector<GroupReport> groups = {};
  std::vector<GroupReport> origins = {};     // the sets that the rows come from; empty: one set
  std::vector<MistakeReport> mistakes = {};  // most confident first
};

// A labelled fact: "data SHA-256", "3f…".
struct FactReport {
  std::string label = {};
  std::string value = {};
};

// What the trials of the search tell together; the parameters are those of analysis.axes.
struct SearchReport {
  std::vector<std::string> names = {};  // short, of each parameter
  bool is_maximized = false;            // a larger score is better
  SweepAnalysis analysis = {};
};

// The whole sweep, as far as it has come.
struct SweepReport {
  std::string name = {};
  std::string state = {};   // "finished"
  std::string reason = {};  // how it ended, or what it does
  std::string metric = {};  // "val_log_loss"

  uint32_t folds = 0;
  std::vector<std::string> class_names = {};
  std::vector<TrialReport> trials = {};  // by number
  SearchReport search = {};
  std::vector<SplitReport> splits = {};  // out of fold first
  std::string images_note = {};          // why mistakes have no images; empty: they have
  std::vector<FactReport> facts = {};    // data, machine, settings in a few words
  std::string source = {};               // the sweep's YAML
  std::string inspection = {};       // path of the page of `pleat inspect`; empty: none is known
  std::string inspection_link = {};  // how the report's page links it; empty: not
  double baseline = 0.995;           // drawn where classes are compared
};

}  // namespace pleat
