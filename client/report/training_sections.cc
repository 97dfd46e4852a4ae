// The sections about training: curves, and classes by fold and epoch.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/report/dot_chart.h"
#include "client/report/line_chart.h"
#include "client/report/report_sections.h"
#include "client/report/section_html.h"
#include "common/html/html_section.h"
#include "common/html/html_table.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr size_t kMostCurves = 4;    // trials
constexpr size_t kMostClasses = 20;  // drawn one by one; the weakest are

template <typename Value>
std::vector<Run> RunsOf(const TrialReport& trial, const Value& value) {
  std::vector<Run> runs;
  for (const FoldReport& fold : trial.folds) {
    if (fold.epochs.empty()) continue;
    Run run(fold.epochs.back().epoch(), std::numeric_limits<double>::quiet_NaN());
    for (const v1::EpochMetrics& epoch : fold.epochs) {
      if (epoch.epoch() > 0) run[epoch.epoch() - 1] = value(epoch);
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

// False if its folds only used finished weights.
bool WasTrained(const TrialReport& trial) {
  return std::ranges::any_of(trial.folds, [](const FoldReport& fold) {
    return std::ranges::any_of(fold.epochs, [](const auto& epoch) { return epoch.has_train(); });
  });
}

std::string TwoCurves(const TrialReport& trial) {
  const std::string title = TrialTitle(trial);
  LineChart loss{
      .label = "loss by epoch, " + title,
      .may_be_log = true,
      .series = {{"validation", "a", RunsOf(trial, [](const auto& e) { return e.val_loss(); })}}};
  LineChart accuracy{.label = "accuracy by epoch, " + title,
                     .form = AxisText::kPercent,
                     .series = {{"validation", "a",
                                 RunsOf(trial, [](const auto& e) { return e.val_accuracy(); })}}};
  std::string legend = LegendEntry("a", "validation");
  if (WasTrained(trial)) {
    const auto add = [&](LineChart& chart, std::vector<Run> runs) {
      chart.series.insert(chart.series.begin(), LineSeries{"train", "b", std::move(runs)});
    };
    add(loss, RunsOf(trial, [](const auto& e) { return e.train_loss(); }));
    add(accuracy, RunsOf(trial, [](const auto& e) { return e.train_accuracy(); }));
    legend += LegendEntry("b", "training, augmented");
  }
  return Figure("Loss · " + title, LineChartSvg(loss), legend) +
         Figure("Accuracy · " + title, LineChartSvg(accuracy), legend);
}

// The trial whose classes are shown: the best of those with the figures.
const TrialReport* TrialWithClasses(const SweepReport& report) {
  for (const TrialReport* trial : ShownTrials(report)) {
    for (const FoldReport& fold : trial->folds) {
      if (!fold.rounded_accuracy.empty()) return trial;
    }
  }
  return nullptr;
}

// Of the folds that have the class.
double MeanOfFolds(const TrialReport& trial, size_t number) {
  double sum = 0;
  int folds = 0;
  for (const FoldReport& fold : trial.folds) {
    if (number >= fold.rounded_accuracy.size() || std::isnan(fold.rounded_accuracy[number]))
      continue;
    sum += fold.rounded_accuracy[number];
    ++folds;
  }
  return folds > 0 ? sum / folds : std::numeric_limits<double>::quiet_NaN();
}

// All classes in order; of very many, the weakest.
std::vector<size_t> ShownClasses(const SweepReport& report, const TrialReport& trial) {
  std::vector<size_t> classes;
  for (size_t i = 0; i < report.class_names.size(); ++i) classes.push_back(i);
  if (classes.size() <= kMostClasses) return classes;
  std::ranges::stable_sort(classes, {}, [&](size_t i) {
    const double mean = MeanOfFolds(trial, i);
    return std::isnan(mean) ? 2 : mean;
  });
  classes.resize(kMostClasses);
  return classes;
}

std::string ClassDots(const SweepReport& report, const TrialReport& trial,
                      const std::vector<size_t>& classes) {
  DotChart chart{.label = "rounded accuracy of each class in each fold",
                 .axis_name = "share of the class's validation rows with p > 1/2",
                 .form = AxisText::kPercent,
                 .baseline = report.baseline};
  for (const size_t number : classes) {
    const std::string& name = report.class_names[number];
    DotLane lane{.name = name};
    for (const FoldReport& fold : trial.folds) {
      if (number >= fold.rounded_accuracy.size()) continue;
      const double value = fold.rounded_accuracy[number];
      lane.dots.push_back(
          {value, absl::StrCat("class ", name, ", fold ", fold.fold, ": ", PercentText(value))});
    }
    const double mean = MeanOfFolds(trial, number);
    lane.mark = Dot{mean, absl::StrCat("class ", name, ", mean of the folds: ", PercentText(mean))};
    chart.lanes.push_back(std::move(lane));
  }
  const std::string legend = LegendEntry("dot", "fold") + LegendEntry("mark", "mean") +
                             LegendEntry("baseline", absl::StrCat(PercentText(report.baseline)));
  return Figure("Classes by fold · " + TrialTitle(trial), DotChartSvg(chart), legend);
}

std::string ClassCurve(const SweepReport& report, const TrialReport& trial, size_t number) {
  const std::string& name = report.class_names[number];
  LineSeries series{.name = name, .css = "a"};
  for (const FoldReport& fold : trial.folds) {
    Run run;
    for (const std::vector<double>& recall : fold.class_recall) run.push_back(recall[number]);
    if (!run.empty()) series.runs.push_back(std::move(run));
  }
  if (series.runs.empty()) return "";
  return Figure("class " + name,
                LineChartSvg({.label = absl::StrCat("recall of class ", name, " by epoch"),
                              .form = AxisText::kPercent,
                              .baseline = report.baseline,
                              .series = {std::move(series)},
                              .width = 240,
                              .height = 150,
                              .is_small = true}));
}

// A few epochs, evenly spaced, of which the last one is the last of any fold; counted from 1.
std::vector<size_t> ShownEpochs(const TrialReport& trial) {
  constexpr size_t kMostEpochs = 5;
  size_t last = 0;
  for (const FoldReport& fold : trial.folds) last = std::max(last, fold.class_recall.size());
  const size_t count = std::min(last, kMostEpochs);
  std::vector<size_t> epochs;
  for (size_t i = 1; i <= count; ++i) epochs.push_back((last * i + count / 2) / count);
  return epochs;
}

// A line per class and fold, a column per epoch.
std::string EpochTable(const SweepReport& report, const TrialReport& trial,
                       const std::vector<size_t>& classes) {
  const std::vector<size_t> epochs = ShownEpochs(trial);
  if (epochs.empty()) return "";
  HtmlTable table{.columns = {{"class", false}, {"fold"}}};
  for (const size_t epoch : epochs) table.columns.push_back({absl::StrCat("epoch ", epoch)});
  for (const size_t number : classes) {
    for (const FoldReport& fold : trial.folds) {
      if (fold.class_recall.empty()) continue;
      std::vector<std::string> row = {EscapeHtml(report.class_names[number]),
                                      absl::StrCat(fold.fold)};
      for (const size_t epoch : epochs) {
        row.push_back(epoch <= fold.class_recall.size()
                          ? PercentText(fold.class_recall[epoch - 1][number])
                          : "–");
      }
      table.rows.push_back(std::move(row));
    }
  }
  return absl::StrCat("<details><summary>Recall by class, fold and epoch</summary>",
                      TableHtml(table), "</details>\n");
}

// Precision, recall and F1 out of fold, from the confusion matrix.
std::string ClassTable(const SweepReport& report, const std::vector<size_t>& shown) {
  if (report.splits.empty() || report.splits[0].confusion.empty()) return "";
  const std::vector<uint64_t>& counts = report.splits[0].confusion;
  const size_t classes = report.class_names.size();
  HtmlTable table{.columns = {{"class", false}, {"rows"}, {"precision"}, {"recall"}, {"F1"}}};
  for (const size_t i : shown) {
    double rows = 0, predicted = 0;
    for (size_t j = 0; j < classes; ++j) {
      rows += static_cast<double>(counts[i * classes + j]);
      predicted += static_cast<double>(counts[j * classes + i]);
    }
    const double hits = static_cast<double>(counts[i * classes + i]);
    const auto ratio = [](double a, double b) { return PercentText(b > 0 ? a / b : 0); };
    table.rows.push_back({EscapeHtml(report.class_names[i]), CountText(static_cast<uint64_t>(rows)),
                          ratio(hits, predicted), ratio(hits, rows),
                          ratio(2 * hits, rows + predicted)});
  }
  return absl::StrCat("<div class=\"panel\"><h3>Ensemble out of fold</h3>", TableHtml(table),
                      "</div>\n");
}

}  // namespace

std::string CurvesSection(const SweepReport& report) {
  std::string figures;
  const std::vector<const TrialReport*> trials = ShownTrials(report);
  for (size_t i = 0; i < std::min(trials.size(), kMostCurves); ++i)
    figures += TwoCurves(*trials[i]);
  return Section(
      "Learning curves",
      "Mean over the folds with a band of one standard deviation; thin lines are the folds.",
      Grid(figures));
}

std::string ClassesSection(const SweepReport& report) {
  const TrialReport* trial = TrialWithClasses(report);
  if (trial == nullptr) return "";
  const std::vector<size_t> classes = ShownClasses(report, *trial);
  std::string curves;
  for (const size_t number : classes) curves += ClassCurve(report, *trial, number);
  if (!curves.empty()) {
    curves =
        absl::StrCat("<h3>Recall of each class over the epochs</h3><div class=\"small-grid\">\n",
                     curves, "</div>\n");
  }
  const bool all = classes.size() == report.class_names.size();
  return Section(
      "Classes",
      absl::StrCat(all ? ""
                       : absl::StrCat("The ", classes.size(), " weakest of ",
                                      report.class_names.size(), " classes. "),
                   "Recall counts the rows whose own class is the most probable one; the dots "
                   "count those where it has more than half, as ValidationResults<fold>.csv does. "
                   "The dashed line is the baseline of ",
                   PercentText(report.baseline), "."),
      Grid(ClassDots(report, *trial, classes) + ClassTable(report, classes)) + curves +
          EpochTable(report, *trial, classes));
}

}  // namespace pleat
