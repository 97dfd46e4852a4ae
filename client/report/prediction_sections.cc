// The sections about the ensemble's predictions.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/dot_chart.h"
#include "client/report/heat_map.h"
#include "client/report/reliability_diagram.h"
#include "client/report/report_sections.h"
#include "client/report/section_html.h"
#include "common/html/html_section.h"
#include "common/html/html_table.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr size_t kMostLanes = 24;
constexpr size_t kMostGroups = 16;

const SplitReport* FindSplit(const SweepReport& report, const std::string& name) {
  for (const SplitReport& split : report.splits) {
    if (split.name == name) return &split;
  }
  return nullptr;
}

std::vector<std::string> ScoreCells(const std::string& name, const v1::Scores& scores) {
  return {EscapeHtml(name),
          CountText(scores.rows()),
          PercentText(scores.accuracy()),
          NumberText(scores.log_loss()),
          NumberText(scores.macro_f1()),
          NumberText(scores.ece())};
}

std::string ScoreTable(const SweepReport& report) {
  HtmlTable table{
      .columns = {{"", false}, {"rows"}, {"accuracy"}, {"log loss"}, {"macro F1"}, {"ECE"}}};
  for (const SplitReport& split : report.splits) {
    table.strong_rows.push_back(table.rows.size());
    table.rows.push_back(ScoreCells(SplitTitle(split.name), split.scores));
    if (split.members.empty()) continue;
    const auto best = std::ranges::max_element(split.members, {}, [](const v1::Scores& scores) {
      return std::pair(scores.accuracy(), -scores.log_loss());
    });
    table.rows.push_back(ScoreCells("best single fold", *best));
  }
  return TableHtml(table);
}

// What the views changed out of fold.
std::string ViewsGain(const SweepReport& report) {
  const SplitReport* plain = FindSplit(report, "oof");
  const SplitReport* views = FindSplit(report, "oof_tta");
  if (plain == nullptr || views == nullptr) return "";
  const double gain = views->scores.accuracy() - plain->scores.accuracy();
  const double loss = views->scores.log_loss() - plain->scores.log_loss();
  return absl::StrCat(
      "<p class=\"note ",
      gain > 0   ? "good"
      : gain < 0 ? "bad"
                 : "",
      "\"><b>Test-time augmentation</b> ",
      absl::StrFormat("changed out-of-fold accuracy by %+.2f points and log loss by %+.4f.",
                      gain * 100, loss),
      "</p>\n");
}

std::string MembersChart(const SweepReport& report) {
  DotChart chart{.label = "accuracy of the ensemble and of its members",
                 .axis_name = "accuracy",
                 .form = AxisText::kPercent};
  for (const SplitReport& split : report.splits) {
    if (split.members.empty()) continue;
    DotLane lane{.name = SplitTitle(split.name)};
    for (const v1::Scores& member : split.members) {
      lane.dots.push_back({member.accuracy(), "member: " + PercentText(member.accuracy())});
    }
    lane.mark = Dot{split.scores.accuracy(), "ensemble: " + PercentText(split.scores.accuracy())};
    chart.lanes.push_back(std::move(lane));
  }
  if (chart.lanes.empty()) return "";
  return Figure("Ensemble against its members", DotChartSvg(chart),
                LegendEntry("dot", "member") + LegendEntry("mark", "ensemble"));
}

std::string RowImage(const MistakeReport& mistake) {
  return absl::StrCat("<img alt=\"row ", mistake.row, "\" src=\"data:image/png;base64,",
                      EscapeHtml(mistake.png_base64), "\"/>");
}

// Images of a pair's mistakes, as far as they are known.
std::string PairImages(const SplitReport& split, const ConfusedPair& pair) {
  std::string images;
  for (const size_t i : MistakesOfPair(split, pair)) {
    if (!split.mistakes[i].png_base64.empty()) images += RowImage(split.mistakes[i]);
  }
  return images.empty() ? "" : absl::StrCat("<div class=\"thumbs\">", images, "</div>");
}

std::string PairTable(const SweepReport& report, const SplitReport& split) {
  HtmlTable table{
      .columns = {
          {"label", false}, {"predicted", false}, {"rows"}, {"of the label's"}, {"", false}}};
  for (const ConfusedPair& pair : MostConfused(report, split, kShownPairs)) {
    table.rows.push_back({EscapeHtml(report.class_names[pair.label]),
                          EscapeHtml(report.class_names[pair.predicted]), CountText(pair.rows),
                          PercentText(pair.share), PairImages(split, pair)});
  }
  return table.rows.empty() ? "<p>No row is predicted wrong.</p>\n" : TableHtml(table);
}

std::string FoldDots(const SweepReport& report) {
  DotChart chart{
      .label = "score of each fold", .axis_name = report.metric, .form = MetricForm(report.metric)};
  for (const TrialReport& trial : report.trials) {
    if (chart.lanes.size() == kMostLanes) break;
    DotLane lane{.name = absl::StrCat("trial ", trial.trial)};
    for (const FoldReport& fold : trial.folds) {
      if (!fold.score.has_value()) continue;
      lane.dots.push_back({*fold.score, absl::StrCat("trial ", trial.trial, ", fold ", fold.fold,
                                                     ": ", NumberText(*fold.score))});
    }
    if (trial.score.has_value()) {
      lane.mark = Dot{*trial.score,
                      absl::StrCat("trial ", trial.trial, ", mean: ", NumberText(*trial.score))};
    }
    if (!lane.dots.empty()) chart.lanes.push_back(std::move(lane));
  }
  if (chart.lanes.empty()) return "";
  return Figure("Folds", DotChartSvg(chart),
                LegendEntry("dot", "fold") + LegendEntry("mark", "mean"));
}

// The figure of groups of one kind, which `noun` names.
std::string GroupDots(const SplitReport& split, std::vector<GroupReport> groups,
                      const std::string& noun) {
  std::ranges::stable_sort(groups, {}, &GroupReport::accuracy);
  DotChart chart{.label = absl::StrCat("accuracy of each ", noun, ", weakest first"),
                 .axis_name = "accuracy out of fold",
                 .form = AxisText::kPercent,
                 .baseline = split.scores.accuracy()};
  for (size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) {
    const GroupReport& group = groups[i];
    const std::string title = absl::StrCat(noun, " ", group.name);
    chart.lanes.push_back(
        {.name = title,
         .dots = {},
         .mark = Dot{group.accuracy, absl::StrCat(title, ": ", PercentText(group.accuracy), " of ",
                                                  CountText(group.rows), " rows")}});
  }
  const std::string which =
      groups.size() > kMostGroups
          ? absl::StrCat("The ", kMostGroups, " weakest of ", groups.size(), " ", noun, "s")
          : absl::StrCat("By ", noun, ", weakest first");
  return Figure(which, DotChartSvg(chart),
                LegendEntry("mark", noun) + LegendEntry("baseline", "all rows"));
}

std::string MistakeTable(const SweepReport& report, const SplitReport& split) {
  HtmlTable table{
      .columns = {{"row"}, {"label", false}, {"predicted", false}, {"confidence"}, {"p(label)"}}};
  for (size_t i = 0; i < std::min(split.mistakes.size(), kShownMistakes); ++i) {
    const MistakeReport& mistake = split.mistakes[i];
    table.rows.push_back({absl::StrCat(mistake.row), EscapeHtml(report.class_names[mistake.label]),
                          EscapeHtml(report.class_names[mistake.predicted]),
                          PercentText(mistake.confidence), NumberText(mistake.label_probability)});
  }
  return TableHtml(table);
}

std::string MistakeGallery(const SweepReport& report, const SplitReport& split) {
  std::string cards;
  for (size_t i = 0; i < std::min(split.mistakes.size(), kShownMistakes); ++i) {
    const MistakeReport& mistake = split.mistakes[i];
    const std::string label = EscapeHtml(report.class_names[mistake.label]);
    const std::string predicted = EscapeHtml(report.class_names[mistake.predicted]);
    absl::StrAppend(&cards, "<div class=\"card\">", RowImage(mistake), "<p>label <b>", label,
                    "</b><br/>predicted <b class=\"wrong\">", predicted, "</b><br/><small>",
                    PercentText(mistake.confidence), " · row ", mistake.row, "</small></p></div>");
  }
  return absl::StrCat("<div class=\"gallery\">", cards, "</div>");
}

}  // namespace

std::string ScoresSection(const SweepReport& report) {
  if (report.splits.empty()) return "";
  return Section("Ensemble", "",
                 ScoreTable(report) + Grid(MembersChart(report) + ViewsGain(report)));
}

std::string ConfusionSection(const SweepReport& report) {
  std::string body;
  for (const SplitReport& split : report.splits) {
    if (split.confusion.empty() || split.name == "oof_tta") continue;
    const std::string title = SplitTitle(split.name);
    std::string figures;
    if (report.class_names.size() <= kMostHeatMapClasses) {
      figures = Figure(
          title, HeatMapSvg(split.confusion, report.class_names, "confusion matrix, " + title),
          LegendEntry("hit", "right") + LegendEntry("miss", "wrong"));
    }
    body +=
        Grid(figures + absl::StrCat("<div class=\"panel\"><h3>", EscapeHtml(title),
                                    ": most confused</h3>", PairTable(report, split), "</div>\n"));
  }
  return Section(
      "Confusion",
      "Rows are labels, columns predictions; the shade is the share of the label's rows.", body);
}

std::string CalibrationSection(const SweepReport& report) {
  std::string figures;
  for (const SplitReport& split : report.splits) {
    if (split.calibration.empty()) continue;
    const std::string title = SplitTitle(split.name);
    figures += Figure(absl::StrCat(title, " · ECE ", NumberText(split.scores.ece())),
                      ReliabilityDiagramSvg(split.calibration, "reliability diagram, " + title),
                      LegendEntry("bar", "accuracy") + LegendEntry("gap", "gap to confidence"));
  }
  return Section(
      "Calibration",
      "How often the ensemble is right when it says how sure it is. On the dashed line it is as "
      "right as it is sure. Row counts are drawn on a root scale.",
      Grid(figures));
}

std::string SpreadSection(const SweepReport& report) {
  std::string figures = FoldDots(report);
  const SplitReport* oof = FindSplit(report, "oof");
  if (oof != nullptr && !oof->groups.empty()) figures += GroupDots(*oof, oof->groups, "group");
  if (oof != nullptr && !oof->origins.empty()) figures += GroupDots(*oof, oof->origins, "set");
  return Section("Spread", "How much the scores depend on the rows that are left out.",
                 Grid(figures));
}

std::string MistakesSection(const SweepReport& report) {
  std::string body;
  for (const SplitReport& split : report.splits) {
    if (split.mistakes.empty() || split.name == "oof_tta") continue;
    const bool has_images = !split.mistakes[0].png_base64.empty();
    absl::StrAppend(&body, "<div class=\"panel\"><h3>", EscapeHtml(SplitTitle(split.name)), "</h3>",
                    has_images ? MistakeGallery(report, split) : MistakeTable(report, split),
                    "</div>\n");
  }
  return Section("Most confident mistakes",
                 absl::StrCat("Where the ensemble is sure and wrong: ambiguous rows, or wrong "
                              "labels. Rows are counted from 0.",
                              report.images_note.empty() ? "" : " No images: ", report.images_note),
                 Grid(body));
}

}  // namespace pleat
