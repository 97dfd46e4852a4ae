// The section about the search: its history, its parameters, and what the winner's score is worth.
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/bar_chart.h"
#include "client/report/parallel_chart.h"
#include "client/report/report_sections.h"
#include "client/report/scatter_chart.h"
#include "client/report/section_html.h"
#include "common/html/html_section.h"
#include "common/html/html_text.h"

namespace pleat {
namespace {

constexpr size_t kMostParameters = 12;    // drawn one by one; the most important are
constexpr size_t kMostDrawnTrials = 500;  // drawn; the best are

using Trials = std::vector<const TrialReport*>;

// The trials that are drawn, by number.
Trials DrawnTrials(const SweepReport& report) {
  Trials trials = ScoredTrials(report);
  if (trials.size() <= kMostDrawnTrials) return trials;
  std::ranges::stable_sort(trials, {}, [&](const TrialReport* trial) {
    return report.search.is_maximized ? -*trial->score : *trial->score;
  });
  trials.resize(kMostDrawnTrials);
  std::ranges::sort(trials, {}, &TrialReport::trial);
  return trials;
}

std::vector<size_t> DrawnParameters(const SweepReport& report) {
  std::vector<size_t> parameters = ParametersByImportance(report);
  if (parameters.size() > kMostParameters) parameters.resize(kMostParameters);
  return parameters;
}

const std::vector<std::optional<double>>& PlacesOf(const SweepReport& report,
                                                   const TrialReport& trial) {
  return report.search.analysis.places[&trial - report.trials.data()];
}

std::string TrialTip(const TrialReport& trial) {
  return absl::StrCat(TrialTitle(trial), " · ", NumberText(*trial.score));
}

std::string History(const SweepReport& report, const Trials& trials) {
  ScatterChart chart{
      .label = "score of each trial in order, and the best so far",
      .axis_name = "trial",
      .form = MetricForm(report.metric),
      .best = report.search.is_maximized ? ScatterChart::Best::kMost : ScatterChart::Best::kLeast};
  // Whole numbers have half a step of room.
  const ParameterAxis numbers{.low = -0.5, .high = static_cast<double>(report.trials.size()) - 0.5};
  chart.ticks = ParameterTicks(numbers, ScatterFieldWidth(chart));
  std::erase_if(chart.ticks, [](const ParameterTick& tick) {
    return tick.text.find('.') != std::string::npos;  // between two trials
  });
  for (const TrialReport* trial : trials) {
    chart.points.push_back({.place = numbers.PlaceOfNumber(trial->trial),
                            .value = *trial->score,
                            .error = trial->standard_error,
                            .is_mark = trial->is_best,
                            .tip = TrialTip(*trial)});
  }
  return Figure("History · " + report.metric, ScatterChartSvg(chart),
                LegendEntry("dot", "trial ± standard error") + LegendEntry("mark", "best") +
                    LegendEntry("b", "best so far"));
}

std::string Importance(const SweepReport& report) {
  const SearchReport& search = report.search;
  if (!search.analysis.importance.has_value()) return "";
  std::vector<ShareBar> bars;
  double rest = 1;
  for (const size_t i : DrawnParameters(report)) {
    bars.push_back({.name = search.names[i], .share = search.analysis.importance->shares[i]});
    rest -= bars.back().share;
  }
  if (search.names.size() > 1) {
    const bool all = bars.size() == search.names.size();
    bars.push_back({.name = all ? "together" : "together, and others",
                    .share = std::max(rest, 0.0),
                    .is_muted = true});
  }
  const ParameterImportance& importance = *search.analysis.importance;
  const std::string note =
      importance.is_noise()
          ? "Too few trials, or too much noise, to trust these yet: the forest does not foretell "
            "trials that it has not seen."
          : absl::StrFormat(
                "The forest foretells %.0f %% of the variance in trials that it has not seen.",
                importance.explained * 100);
  return Figure("Importance of parameters", BarChartSvg(bars, "importance of parameters")) +
         absl::StrCat("<p class=\"note\">", note,
                      " Shares of the score's variance over the search space (fANOVA).</p>\n");
}

std::string Slice(const SweepReport& report, const Trials& trials, size_t parameter) {
  const ParameterAxis& axis = report.search.analysis.axes[parameter];
  ScatterChart chart{.label = absl::StrCat("score against ", report.search.names[parameter]),
                     .form = MetricForm(report.metric),
                     .width = 300,
                     .height = 180,
                     .is_small = true};
  chart.ticks = ParameterTicks(axis, ScatterFieldWidth(chart));
  for (const TrialReport* trial : trials) {
    const std::optional<double>& place = PlacesOf(report, *trial)[parameter];
    if (!place.has_value()) continue;
    chart.points.push_back({.place = *place,
                            .value = *trial->score,
                            .is_mark = trial->is_best,
                            .tip = TrialTip(*trial)});
  }
  const char* scale = axis.kind == ParameterAxis::Kind::kLog ? " (log)" : "";
  return Figure(report.search.names[parameter] + scale, ScatterChartSvg(chart));
}

// Fifths of the trials by score, the best first.
std::vector<size_t> ShadesOf(const SweepReport& report, const Trials& trials) {
  std::vector<size_t> order(trials.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    return report.search.is_maximized ? -*trials[i]->score : *trials[i]->score;
  });
  std::vector<size_t> shades(trials.size());
  for (size_t rank = 0; rank < order.size(); ++rank) {
    shades[order[rank]] = rank * kParallelShades / order.size();
  }
  return shades;
}

ParameterAxis ScoreAxis(const Trials& trials) {
  ParameterAxis axis{.low = std::numeric_limits<double>::infinity(),
                     .high = -std::numeric_limits<double>::infinity()};
  for (const TrialReport* trial : trials) {
    axis.low = std::min(axis.low, *trial->score);
    axis.high = std::max(axis.high, *trial->score);
  }
  if (axis.low > 0 && axis.high > 20 * axis.low) axis.kind = ParameterAxis::Kind::kLog;
  return axis;
}

std::string Parallel(const SweepReport& report, const Trials& trials) {
  const std::vector<size_t> parameters = DrawnParameters(report);
  const ParameterAxis score = ScoreAxis(trials);
  std::vector<ParallelAxis> axes;
  for (const size_t i : parameters) {
    axes.push_back({report.search.names[i],
                    ParameterTicks(report.search.analysis.axes[i], ParallelAxisWidth())});
  }
  axes.push_back({report.metric, ParameterTicks(score, ParallelAxisWidth())});
  const std::vector<size_t> shades = ShadesOf(report, trials);
  std::vector<ParallelLine> lines;
  for (size_t i = 0; i < trials.size(); ++i) {
    ParallelLine& line = lines.emplace_back();
    for (const size_t parameter : parameters) {
      line.places.push_back(PlacesOf(report, *trials[i])[parameter]);
    }
    line.places.push_back(score.PlaceOfNumber(*trials[i]->score));
    line.shade = shades[i];
    line.is_mark = trials[i]->is_best;
    line.tip = TrialTip(*trials[i]);
  }
  // The better lie above the worse.
  std::ranges::stable_sort(lines, std::ranges::greater(), &ParallelLine::shade);
  return Figure("Trials through their parameters",
                ParallelChartSvg(axes, lines, "each trial's parameters and score"),
                LegendEntry("trial best", "best") + LegendEntry("trial s0", "best fifth") +
                    LegendEntry("trial s2", "middle") + LegendEntry("trial s4", "worst fifth"));
}

std::string HonestText(const SweepReport& report) {
  const TrialReport* best = BestTrial(report);
  const std::optional<HonestScore>& honest = report.search.analysis.honest;
  if (best == nullptr || !honest.has_value()) return "";
  return absl::StrCat("Trial ", best->trial, " is the best of ",
                      report.search.analysis.scored_trials, " trials with ",
                      NumberText(*best->score), ". Being picked as the best makes it look ",
                      NumberText(std::max(honest->optimism, 0.0)), " better than it is: expect ",
                      NumberText(honest->score), " (bootstrap over folds). ");
}

}  // namespace

std::string SearchSection(const SweepReport& report) {
  if (report.trials.size() < 2) return "";
  const size_t scored = report.search.analysis.scored_trials;
  if (scored < kLeastTrialsToCompare) {
    return Section("Search", HonestText(report),
                   absl::StrCat("<p class=\"note\">", scored, " of ", report.trials.size(),
                                " trials have a score so far; from ", kLeastTrialsToCompare,
                                " on, they are compared here.</p>\n"));
  }
  const Trials trials = DrawnTrials(report);
  std::string slices;
  for (const size_t i : DrawnParameters(report)) slices += Slice(report, trials, i);
  std::string lead = HonestText(report);
  if (scored > kMostDrawnTrials)
    absl::StrAppend(&lead, "The best ", kMostDrawnTrials, " trials are drawn. ");
  if (report.search.names.size() > kMostParameters) {
    absl::StrAppend(&lead, "The ", kMostParameters, " most important of ",
                    report.search.names.size(), " parameters are drawn.");
  }
  const std::string history = History(report, trials);
  if (report.search.names.empty()) return Section("Search", lead, Grid(history));
  return Section(
      "Search", lead,
      absl::StrCat(Grid(absl::StrCat("<div class=\"stack\">", history, Importance(report),
                                     "</div>\n", Parallel(report, trials))),
                   "<h3>", EscapeHtml(report.metric),
                   " against each parameter</h3><div class=\"slices\">\n", slices, "</div>\n"));
}

}  // namespace pleat
