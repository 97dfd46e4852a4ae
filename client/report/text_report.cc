#include "client/report/text_report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/section_html.h"
#include "client/table.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr int kIndent = 2;
constexpr size_t kMostLines = 10;

std::string Share(double share) { return absl::StrFormat("%.4f", share); }

Table ScoreTable(const SweepReport& report) {
  Table table{.headings = {"ensemble", "accuracy", "log loss", "macro F1", "ECE", "rows"},
              .rows = {}};
  for (const SplitReport& split : report.splits) {
    table.rows.push_back({SplitTitle(split.name), Share(split.scores.accuracy()),
                          Share(split.scores.log_loss()), Share(split.scores.macro_f1()),
                          Share(split.scores.ece()), absl::StrCat(split.scores.rows())});
  }
  return table;
}

struct ClassRecall {
  size_t number = 0;
  double recall = 0;
};

// Classes whose recall is below the baseline, the weakest first.
Table WeakClasses(const SweepReport& report, const SplitReport& split) {
  const size_t classes = report.class_names.size();
  std::vector<ClassRecall> weak;
  for (size_t i = 0; i < classes && !split.confusion.empty(); ++i) {
    double rows = 0;
    for (size_t j = 0; j < classes; ++j) {
      rows += static_cast<double>(split.confusion[i * classes + j]);
    }
    const double recall = static_cast<double>(split.confusion[i * classes + i]) / rows;
    if (recall < report.baseline) weak.push_back({i, recall});
  }
  std::ranges::stable_sort(weak, {}, &ClassRecall::recall);
  Table table{.headings = {"class", "recall"}, .rows = {}};
  for (size_t i = 0; i < std::min(weak.size(), kMostLines); ++i) {
    table.rows.push_back({report.class_names[weak[i].number], Share(weak[i].recall)});
  }
  return table;
}

Table ConfusedPairs(const SweepReport& report, const SplitReport& split) {
  Table table{.headings = {"label", "predicted", "rows"}, .rows = {}};
  for (const ConfusedPair& pair : MostConfused(report, split, kMostLines)) {
    table.rows.push_back({report.class_names[pair.label], report.class_names[pair.predicted],
                          absl::StrCat(pair.rows)});
  }
  return table;
}

// The parameters of the best trial, the most important first.
Table BestParameters(const SweepReport& report, const TrialReport& best) {
  const std::optional<ParameterImportance>& importance = report.search.analysis.importance;
  Table table{.headings = {"parameter", "best", "importance"}, .rows = {}};
  for (const size_t i : ParametersByImportance(report)) {
    const std::string& name = report.search.names[i];
    const auto value =
        std::ranges::find(best.parameters, name, &std::pair<std::string, std::string>::first);
    table.rows.push_back(
        {name, value == best.parameters.end() ? "–" : value->second,
         importance ? absl::StrFormat("%.0f %%", importance->shares[i] * 100) : "–"});
  }
  return table;
}

// Why the table has no importance, or none to trust; a line, or nothing.
std::string ImportanceNote(const SweepAnalysis& analysis) {
  if (analysis.scored_trials < kLeastTrialsToCompare) {
    return absl::StrCat("  the importance of parameters is told from ", kLeastTrialsToCompare,
                        " trials with a score on\n");
  }
  if (!analysis.importance.has_value() || !analysis.importance->is_noise()) return "";
  return "  too few trials, or too much noise, to trust the importance yet\n";
}

// The winner of several trials, what its score is worth, and what mattered.
std::string SearchText(const SweepReport& report) {
  const TrialReport* best = BestTrial(report);
  if (report.trials.size() < 2 || best == nullptr) return "";
  std::string text = absl::StrCat("\n  trial ", best->trial, " is the best of ",
                                  report.search.analysis.scored_trials, ": ", report.metric, " ",
                                  Share(*best->score), " ± ", Share(best->standard_error));
  if (const std::optional<HonestScore>& honest = report.search.analysis.honest) {
    absl::StrAppend(&text, ", honest ", Share(honest->score));
  }
  text += "\n";
  if (report.search.names.empty()) return text;
  return absl::StrCat(text, TableText(BestParameters(report, *best), kIndent),
                      ImportanceNote(report.search.analysis));
}

}  // namespace

std::string TextReport(const SweepReport& report) {
  std::string text =
      absl::StrCat(report.name, " ", report.state, ": ", report.reason, "\n", SearchText(report));
  if (report.splits.empty()) return text + "  there is no ensemble yet\n";
  absl::StrAppend(&text, "\n", TableText(ScoreTable(report), kIndent));
  for (const SplitReport& split : report.splits) {
    if (split.name == "oof_tta") continue;
    const Table weak = WeakClasses(report, split);
    if (!weak.rows.empty()) {
      absl::StrAppend(&text, "\n  ", SplitTitle(split.name), ", classes below ",
                      Share(report.baseline), "\n", TableText(weak, kIndent));
    }
    const Table pairs = ConfusedPairs(report, split);
    if (!pairs.rows.empty()) {
      absl::StrAppend(&text, "\n  ", SplitTitle(split.name), ", most confused\n",
                      TableText(pairs, kIndent));
    }
  }
  return text;
}

}  // namespace pleat
