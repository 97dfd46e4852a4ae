#include "client/report/collect_report.h"

#include <limits>
#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/parameter_text.h"
#include "client/report/csv_rows.h"
#include "client/report/report_facts.h"
#include "client/state_text.h"
#include "client/sweep_feed.h"
#include "common/base/status_macros.h"
#include "common/metrics/metrics.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

constexpr int64_t kQuietMs = 500;

using Fields = std::vector<std::string>;

absl::Status NotANumber(const std::string& text) {
  return absl::DataLossError(absl::StrCat("\"", text, "\" is not a number that belongs there"));
}

absl::StatusOr<double> Real(const std::string& text) {
  double value = 0;
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (!absl::SimpleAtod(text, &value)) return NotANumber(text);
  return value;
}

// In [0, end).
absl::StatusOr<uint64_t> Count(const std::string& text,
                               uint64_t end = std::numeric_limits<uint64_t>::max()) {
  uint64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value >= end) return NotANumber(text);
  return value;
}

class Collector {
 public:
  Collector(const ReportSource& source, double baseline) : source_(source), sweep_(source.sweep) {
    report_.baseline = baseline;
  }

  absl::StatusOr<SweepReport> Collect() {
    CollectSweep();
    CollectTrials();
    CollectSearch();
    CollectEpochs();
    for (const v1::Member& member : sweep_.members().members()) {
      PLEAT_RETURN_IF_ERROR(CollectMember(member));
    }
    PLEAT_RETURN_IF_ERROR(CollectSplits());
    report_.facts = ReportFacts(sweep_);
    return std::move(report_);
  }

 private:
  void CollectSweep() {
    const v1::MetricSpec& metric = sweep_.spec().search().metric();
    report_.name = sweep_.summary().name();
    report_.state = StateText(sweep_.summary().state());
    report_.reason = sweep_.has_ended() ? sweep_.ended().reason() : sweep_.summary().phase();
    report_.metric = metric.name();
    report_.source = sweep_.source();
    if (sweep_.trials_size() > 0) report_.folds = sweep_.trials(0).folds_size();
    if (sweep_.datasets_size() == 0) return;
    const v1::DatasetInfo& train = sweep_.datasets(0);
    report_.class_names.assign(train.class_names().begin(), train.class_names().end());
    for (size_t i = report_.class_names.size(); i < train.classes(); ++i) {
      report_.class_names.push_back(absl::StrCat(i));
    }
  }

  void CollectTrials() {
    // Short names tell the parameters of all trials apart.
    const std::vector<v1::ParameterValue> parameters = DistinctParameters(sweep_);
    const std::vector<std::string> short_paths = ShortPaths(parameters);
    std::map<std::string, std::string> names;
    for (size_t i = 0; i < parameters.size(); ++i) names[parameters[i].path()] = short_paths[i];
    for (const v1::TrialStatus& status : sweep_.trials()) {
      TrialReport& trial = report_.trials.emplace_back();
      trial.trial = status.trial();
      for (const v1::ParameterValue& parameter : status.parameters()) {
        trial.parameters.emplace_back(names[parameter.path()], parameter.value());
      }
      for (const v1::FoldStatus& fold : status.folds()) {
        FoldReport& entry = trial.folds.emplace_back();
        entry.fold = fold.fold();
        if (!fold.has_result()) continue;
        entry.score = MetricValue(sweep_.spec().search().metric(), fold.result().metrics());
      }
      if (status.finished().folds_size() > 0) trial.score = status.finished().mean();
      trial.standard_error = status.finished().standard_error();
      trial.is_cancelled = status.has_cancelled();
      if (status.has_stopped()) trial.why_stopped = status.stopped().reason();
      trial.is_best =
          sweep_.summary().has_best_trial() && sweep_.summary().best_trial() == status.trial();
    }
    for (const v1::Member& member : sweep_.members().members()) {
      if (member.trial() < report_.trials.size()) {
        report_.trials[member.trial()].weight += member.weight();
      }
    }
  }

  void CollectSearch() {
    SearchReport& search = report_.search;
    search.is_maximized = MetricIsMaximized(sweep_.spec().search().metric());
    search.analysis = AnalyzeSweep(sweep_);
    std::vector<v1::ParameterValue> parameters;
    for (const ParameterAxis& axis : search.analysis.axes) {
      parameters.emplace_back().set_path(axis.path);
    }
    search.names = ShortPaths(parameters);
  }

  void CollectEpochs() {
    // An epoch that was trained again gave the same; the last report counts.
    std::map<std::pair<FoldReport*, uint32_t>, v1::EpochMetrics> epochs;
    for (const v1::JournalRecord& record : source_.epochs) {
      const auto task = layout::ParseTaskId(record.epoch_reported().task());
      if (!task.has_value()) continue;
      FoldReport* fold = FindFold(task->trial, task->fold);
      if (fold == nullptr) continue;
      epochs[{fold, record.epoch_reported().metrics().epoch()}] = record.epoch_reported().metrics();
    }
    for (auto& [key, metrics] : epochs) key.first->epochs.push_back(std::move(metrics));
  }

  FoldReport* FindFold(uint32_t trial, uint32_t fold) {
    if (trial >= report_.trials.size() || fold >= report_.trials[trial].folds.size())
      return nullptr;
    return &report_.trials[trial].folds[fold];
  }

  // The text of a file with its rows; no rows if there is no such file.
  absl::StatusOr<std::vector<Fields>> Rows(const std::string& path, std::string_view header) {
    const auto text = source_.texts.find(path);
    if (text == source_.texts.end()) return std::vector<Fields>();
    absl::StatusOr<std::vector<Fields>> rows = ParseCsv(text->second, header);
    if (!rows.ok()) return absl::DataLossError(absl::StrCat(path, ": ", rows.status().message()));
    return rows;
  }

  absl::Status CollectMember(const v1::Member& member) {
    FoldReport* fold = FindFold(member.trial(), member.fold());
    if (fold == nullptr) return absl::OkStatus();
    const std::string folder =
        absl::StrCat("members/", layout::MemberName(member.trial(), member.fold()), "/");
    PLEAT_ASSIGN_OR_RETURN(
        const std::vector<Fields> results,
        Rows(folder + layout::ValidationResultsName(member.fold()), "Class,Valid_accuracy"));
    for (const Fields& row : results) {
      PLEAT_ASSIGN_OR_RETURN(fold->rounded_accuracy.emplace_back(), Real(row[1]));
    }
    PLEAT_ASSIGN_OR_RETURN(
        const std::vector<Fields> classes,
        Rows(folder + "classes.csv", "epoch,split,class,rows,precision,recall,f1"));
    for (const Fields& row : classes) {
      if (row[1] != "validation") continue;
      PLEAT_ASSIGN_OR_RETURN(const uint64_t number, Count(row[2], report_.class_names.size()));
      if (number == 0) {
        fold->class_recall.emplace_back(report_.class_names.size(),
                                        std::numeric_limits<double>::quiet_NaN());
      }
      if (fold->class_recall.empty()) return NotANumber(row[2]);
      PLEAT_ASSIGN_OR_RETURN(fold->class_recall.back()[number], Real(row[5]));
    }
    return absl::OkStatus();
  }

  absl::Status CollectSplits() {
    if (!sweep_.has_ensemble()) return absl::OkStatus();
    const v1::EnsembleBuilt& built = sweep_.ensemble();
    PLEAT_RETURN_IF_ERROR(CollectSplit("oof", built.out_of_fold()));
    if (built.has_out_of_fold_tta()) {
      PLEAT_RETURN_IF_ERROR(CollectSplit("oof_tta", built.out_of_fold_tta()));
    }
    for (const v1::SplitScores& scores : built.splits()) {
      PLEAT_RETURN_IF_ERROR(CollectSplit(scores.split(), scores.ensemble()));
      report_.splits.back().members.assign(scores.members().begin(), scores.members().end());
    }
    return absl::OkStatus();
  }

  absl::Status CollectSplit(const std::string& name, const v1::Scores& scores) {
    SplitReport& split = report_.splits.emplace_back();
    split.name = name;
    split.scores = scores;
    const std::string folder = absl::StrCat("reports/", name, "/");
    PLEAT_RETURN_IF_ERROR(CollectConfusion(folder, split));
    PLEAT_RETURN_IF_ERROR(CollectCalibration(folder, split));
    // Groups by origin are the origins, without their names.
    if (!sweep_.spec().data().groups().has_origin()) {
      PLEAT_ASSIGN_OR_RETURN(split.groups, Groups(folder + "groups.csv", "group"));
    }
    PLEAT_ASSIGN_OR_RETURN(split.origins, Groups(folder + "origins.csv", "origin"));
    return CollectMistakes(folder, split);
  }

  absl::Status CollectConfusion(const std::string& folder, SplitReport& split) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<Fields> rows,
                           Rows(folder + "confusion_matrix.csv", ""));
    const size_t classes = report_.class_names.size();
    if (!rows.empty() && (rows.size() != classes || rows[0].size() != classes + 1)) {
      return absl::DataLossError(
          absl::StrCat(folder, "confusion_matrix.csv is not one of ", classes, " classes"));
    }
    for (const Fields& row : rows) {
      for (size_t i = 1; i < row.size(); ++i) {
        PLEAT_ASSIGN_OR_RETURN(split.confusion.emplace_back(), Count(row[i]));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CollectCalibration(const std::string& folder, SplitReport& split) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<Fields> rows,
                           Rows(folder + "calibration.csv", "from,to,rows,accuracy,confidence"));
    for (const Fields& row : rows) {
      CalibrationBinReport& bin = split.calibration.emplace_back();
      PLEAT_ASSIGN_OR_RETURN(bin.from, Real(row[0]));
      PLEAT_ASSIGN_OR_RETURN(bin.to, Real(row[1]));
      PLEAT_ASSIGN_OR_RETURN(bin.rows, Count(row[2]));
      PLEAT_ASSIGN_OR_RETURN(bin.accuracy, Real(row[3]));
      PLEAT_ASSIGN_OR_RETURN(bin.confidence, Real(row[4]));
    }
    return absl::OkStatus();
  }

  // A line per group, whose name is in the column `heading`.
  absl::StatusOr<std::vector<GroupReport>> Groups(const std::string& path,
                                                  const std::string& heading) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<Fields> rows,
                           Rows(path, heading + ",rows,accuracy,log_loss"));
    std::vector<GroupReport> groups;
    for (const Fields& row : rows) {
      GroupReport& group = groups.emplace_back();
      group.name = row[0];
      PLEAT_ASSIGN_OR_RETURN(group.rows, Count(row[1]));
      PLEAT_ASSIGN_OR_RETURN(group.accuracy, Real(row[2]));
      PLEAT_ASSIGN_OR_RETURN(group.log_loss, Real(row[3]));
    }
    return groups;
  }

  absl::Status CollectMistakes(const std::string& folder, SplitReport& split) {
    PLEAT_ASSIGN_OR_RETURN(
        const std::vector<Fields> rows,
        Rows(folder + "mistakes.csv", "row,label,predicted,confidence,label_probability"));
    for (const Fields& row : rows) {
      MistakeReport& mistake = split.mistakes.emplace_back();
      const size_t classes = report_.class_names.size();
      PLEAT_ASSIGN_OR_RETURN(mistake.row, Count(row[0]));
      PLEAT_ASSIGN_OR_RETURN(mistake.label, Count(row[1], classes));
      PLEAT_ASSIGN_OR_RETURN(mistake.predicted, Count(row[2], classes));
      PLEAT_ASSIGN_OR_RETURN(mistake.confidence, Real(row[3]));
      PLEAT_ASSIGN_OR_RETURN(mistake.label_probability, Real(row[4]));
    }
    return absl::OkStatus();
  }

  const ReportSource& source_;
  const v1::GetResponse& sweep_;
  SweepReport report_;
};

// A sweep that still runs is shown as it stands: the journal's tail has been read when nothing
// comes for a while.
absl::Status FetchEpochs(Connection& connection, const std::string& sweep, ReportSource& source) {
  SweepFeed feed(connection, sweep, 1, Connection::kPatienceMs);
  while (!feed.finished()) {
    const std::vector<v1::WatchResponse> events = feed.Take(kQuietMs);
    if (events.empty() && !source.sweep.has_ended()) return absl::OkStatus();
    for (const v1::WatchResponse& event : events) {
      if (event.record().has_epoch_reported()) source.epochs.push_back(event.record());
    }
  }
  return feed.status();
}

}  // namespace

absl::StatusOr<ReportSource> FetchReportSource(Connection& connection, const std::string& sweep) {
  ReportSource source;
  PLEAT_ASSIGN_OR_RETURN(source.sweep, connection.Get(sweep));
  PLEAT_RETURN_IF_ERROR(FetchEpochs(connection, sweep, source));
  if (source.sweep.has_ensemble()) {
    PLEAT_ASSIGN_OR_RETURN(source.texts, FetchEnsembleTexts(connection, sweep));
  }
  return source;
}

absl::StatusOr<SweepReport> MakeReport(const ReportSource& source, double baseline) {
  return Collector(source, baseline).Collect();
}

}  // namespace pleat
