// The sections about the sweep: trials and settings.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/report_sections.h"
#include "client/report/section_html.h"
#include "common/html/html_section.h"
#include "common/html/html_table.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr size_t kMostListedTrials = 100;

std::string TrialNote(const TrialReport& trial) {
  std::string note;
  if (trial.is_best) note += "<b class=\"chip good\">best</b> ";
  if (trial.is_cancelled) note += "<b class=\"chip\">cancelled</b> ";
  if (!trial.why_stopped.empty()) {
    absl::StrAppend(&note, "<b class=\"chip\" title=\"", EscapeHtml(trial.why_stopped),
                    "\">stopped</b> ");
  }
  if (trial.weight > 0) {
    absl::StrAppendFormat(&note, "<b class=\"chip\">%.0f %% of the ensemble</b>",
                          trial.weight * 100);
  }
  return note;
}

// Names of the parameters that any trial has.
std::vector<std::string> ParameterNames(const SweepReport& report) {
  std::vector<std::string> names;
  for (const TrialReport& trial : report.trials) {
    for (const auto& [name, value] : trial.parameters) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> TrialRow(const TrialReport& trial, const std::vector<std::string>& names) {
  std::vector<std::string> row = {absl::StrCat(trial.trial)};
  for (const std::string& name : names) {
    const auto own =
        std::ranges::find_if(trial.parameters, [&](const auto& one) { return one.first == name; });
    row.push_back(own == trial.parameters.end() ? "–" : EscapeHtml(own->second));
  }
  uint64_t done = 0;
  for (const FoldReport& fold : trial.folds) done += fold.score.has_value() ? 1 : 0;
  row.push_back(trial.score.has_value() ? NumberText(*trial.score) : "–");
  row.push_back(trial.score.has_value() ? NumberText(trial.standard_error) : "–");
  row.push_back(absl::StrCat(done, "/", trial.folds.size()));
  row.push_back(TrialNote(trial));
  return row;
}

}  // namespace

std::string TrialsSection(const SweepReport& report) {
  if (report.trials.empty()) return "";
  HtmlTable table{.columns = {{"trial"}}};
  const std::vector<std::string> names = ParameterNames(report);
  for (const std::string& name : names) table.columns.push_back({name});
  table.columns.push_back({report.metric});
  table.columns.push_back({"± error"});
  table.columns.push_back({"folds"});
  table.columns.push_back({"", false});
  for (const TrialReport& trial : report.trials) {
    if (table.rows.size() == kMostListedTrials) break;
    if (trial.is_best) table.strong_rows.push_back(table.rows.size());
    table.rows.push_back(TrialRow(trial, names));
  }
  const std::string lead =
      report.trials.size() > kMostListedTrials
          ? absl::StrCat("The first ", kMostListedTrials, " of ", report.trials.size(), " trials.")
          : "";
  return Section("Trials", lead, TableHtml(table));
}

std::string SettingsSection(const SweepReport& report) {
  std::string facts;
  for (const FactReport& fact : report.facts) {
    absl::StrAppend(&facts, "<dt>", EscapeHtml(fact.label), "</dt><dd>", EscapeHtml(fact.value),
                    "</dd>");
  }
  std::string body = absl::StrCat("<dl>", facts, "</dl>\n");
  if (!report.source.empty()) {
    absl::StrAppend(&body, "<details open><summary>sweep.yaml</summary><pre>",
                    EscapeHtml(report.source), "</pre></details>\n");
  }
  return Section("Data, machine, settings", "", body);
}

}  // namespace pleat
