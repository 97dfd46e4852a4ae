#include "client/report/html_report.h"

#include "absl/strings/str_cat.h"
#include "client/report/report_sections.h"
#include "client/report/section_html.h"
#include "common/html/html_page.h"
#include "common/html/html_section.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

// The figures that people ask for first.
std::string Tiles(const SweepReport& report) {
  std::string tiles;
  for (const SplitReport& split : report.splits) {
    tiles += Tile(PercentText(split.scores.accuracy()), SplitTitle(split.name) + " accuracy");
  }
  if (!report.splits.empty()) {
    tiles += Tile(NumberText(report.splits[0].scores.log_loss()), "Out of fold log loss");
    tiles += Tile(NumberText(report.splits[0].scores.ece()), "Out of fold ECE");
  }
  if (const TrialReport* best = BestTrial(report)) {
    tiles += Tile(NumberText(*best->score), absl::StrCat("± ", NumberText(best->standard_error),
                                                         ", best trial's ", report.metric));
  }
  if (const std::optional<HonestScore>& honest = report.search.analysis.honest) {
    tiles += Tile(NumberText(honest->score), absl::StrCat("its honest score, as the best of ",
                                                          report.search.analysis.scored_trials));
  }
  tiles += Tile(absl::StrCat(report.trials.size(), " × ", report.folds), "trials × folds");
  return absl::StrCat("<div class=\"tiles\">", tiles, "</div>\n");
}

std::string InspectionLink(const SweepReport& report) {
  if (report.inspection_link.empty()) return "";
  return absl::StrCat("<p class=\"reason\"><a href=\"", EscapeHtml(report.inspection_link),
                      "\">The data before training</a></p>\n");
}

std::string Header(const SweepReport& report) {
  const char* mood = report.state == "finished" ? " good" : report.state == "failed" ? " bad" : "";
  return absl::StrCat("<div class=\"eyebrow\">Pleat · cross-validated training</div><h1>",
                      EscapeHtml(report.name), "</h1><p class=\"reason\"><b class=\"chip", mood,
                      "\">", EscapeHtml(report.state), "</b> ", EscapeHtml(report.reason), "</p>\n",
                      InspectionLink(report), Tiles(report));
}

}  // namespace

std::string HtmlReport(const SweepReport& report) {
  return HtmlPage(
      report.name, Header(report),
      absl::StrCat(ScoresSection(report), SearchSection(report), CurvesSection(report),
                   ClassesSection(report), ConfusionSection(report), CalibrationSection(report),
                   SpreadSection(report), MistakesSection(report), TrialsSection(report),
                   SettingsSection(report)));
}

}  // namespace pleat
