#include "client/summary_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/parameter_text.h"
#include "client/state_text.h"
#include "client/table.h"
#include "client/time_text.h"
#include "common/config/pruning_check.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

constexpr int kIndent = 2;

std::string Number(double value) { return absl::StrFormat("%.4f", value); }

// "–" if the parameter is no part of the trial.
std::string ValueOf(const v1::TrialStatus& trial, const std::string& path) {
  for (const v1::ParameterValue& parameter : trial.parameters()) {
    if (parameter.path() == path) return parameter.value();
  }
  return "–";
}

// The trials' table has a column per parameter that any of them has.
Table TrialTable(const v1::GetResponse& sweep) {
  Table table{.headings = {"trial"}, .rows = {}};
  const std::vector<v1::ParameterValue> columns = DistinctParameters(sweep);
  const std::vector<std::string> names = ShortPaths(columns);
  table.headings.insert(table.headings.end(), names.begin(), names.end());
  const std::string metric = sweep.spec().search().metric().name();
  table.headings.insert(table.headings.end(), {metric, "± error", "folds", ""});
  for (const v1::TrialStatus& trial : sweep.trials()) {
    std::vector<std::string> row = {absl::StrCat(trial.trial())};
    for (const v1::ParameterValue& column : columns) row.push_back(ValueOf(trial, column.path()));
    const bool scored = trial.finished().folds_size() > 0;
    const bool is_best =
        sweep.summary().has_best_trial() && sweep.summary().best_trial() == trial.trial();
    row.push_back(scored ? Number(trial.finished().mean()) : "–");
    row.push_back(scored ? Number(trial.finished().standard_error()) : "–");
    row.push_back(absl::StrCat(
        trial.has_stopped() ? trial.stopped().folds_size() : trial.finished().folds_size(), "/",
        trial.folds_size()));
    row.push_back(trial.has_cancelled() ? "cancelled"
                  : trial.has_stopped() ? "stopped"
                  : is_best             ? "best"
                                        : "");
    row.resize(table.headings.size());
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<std::string> ScoreRow(const std::string& name, const v1::Scores& scores) {
  return {name, Number(scores.accuracy()), Number(scores.log_loss()), absl::StrCat(scores.rows())};
}

Table EnsembleTable(const v1::GetResponse& sweep) {
  const v1::EnsembleBuilt& built = sweep.ensemble();
  Table table{.headings = {"ensemble", "accuracy", "log loss", "rows"}, .rows = {}};
  table.rows.push_back(ScoreRow("out-of-fold", built.out_of_fold()));
  if (built.has_out_of_fold_tta()) {
    table.rows.push_back(ScoreRow("out-of-fold, TTA", built.out_of_fold_tta()));
  }
  for (const v1::SplitScores& split : built.splits()) {
    table.rows.push_back(ScoreRow(split.split(), split.ensemble()));
    const int best = BestMember(split);
    if (best < 0) continue;
    table.rows.push_back(
        ScoreRow(absl::StrCat(split.split(), ", best single fold"), split.members(best)));
  }
  return table;
}

std::string MissingText(const v1::GetResponse& sweep) {
  std::string text;
  for (const v1::MissingFold& missing : sweep.members().missing()) {
    absl::StrAppend(&text, "  missing: trial ", missing.trial(), " fold ", missing.fold(), ": ",
                    missing.reason(), "\n");
  }
  return text;
}

// Of a sweep whose trials raced: what that spared. Empty for others.
std::string RaceText(const v1::GetResponse& sweep) {
  if (!TrialsRace(sweep.spec().search())) return "";
  int stopped = 0;
  uint64_t epochs = 0, folds = 0;
  for (const v1::TrialStatus& trial : sweep.trials()) {
    stopped += trial.has_stopped();
    folds += trial.folds_size();
    for (const v1::FoldStatus& fold : trial.folds()) epochs += fold.last_epoch().epoch();
  }
  const uint64_t all = folds * EpochCount(sweep.spec().training());
  if (all == 0) return "";
  return absl::StrFormat(
      "  %d of %d trials stopped by the race; %d of %d fold-epochs trained (%.0f %%)\n", stopped,
      sweep.trials_size(), epochs, all,
      100.0 * static_cast<double>(epochs) / static_cast<double>(all));
}

std::string SpeedText(const SummaryInput& input) {
  std::string text = DurationText(input.wall_ms);
  if (input.wall_ms > 0 && input.trained_rows > 0) {
    absl::StrAppendFormat(
        &text, ", %.0f training images/s",
        static_cast<double>(input.trained_rows) * 1000.0 / static_cast<double>(input.wall_ms));
  }
  return text;
}

}  // namespace

int BestMember(const v1::SplitScores& split) {
  int best = -1;
  for (int i = 0; i < split.members_size(); ++i) {
    const v1::Scores& scores = split.members(i);
    if (best < 0 || scores.accuracy() > split.members(best).accuracy() ||
        (scores.accuracy() == split.members(best).accuracy() &&
         scores.log_loss() < split.members(best).log_loss())) {
      best = i;
    }
  }
  return best;
}

std::string EnsemblePath(const v1::GetResponse& sweep) {
  return absl::StrCat(sweep.store(), "/",
                      layout::EnsembleFolder(sweep.summary().name(), sweep.ensemble().version()));
}

std::string SearchEndedText(const v1::GetResponse& sweep) {
  if (!sweep.has_search_ended()) return "";
  return absl::StrCat("  the search ended after ", sweep.search_ended().trials(),
                      " trials: ", sweep.search_ended().reason(), "\n");
}

std::string ChangesText(const v1::GetResponse& sweep) {
  std::string text;
  for (const v1::SweepChange& change : sweep.changes()) {
    absl::StrAppend(&text, "  ", change.what(), "\n");
  }
  return text;
}

std::string OutcomeText(const v1::GetResponse& sweep) {
  std::string text = absl::StrCat(sweep.summary().name(), " ", StateText(sweep.summary().state()),
                                  ": ", sweep.ended().reason(), "\n");
  absl::StrAppend(&text, SearchEndedText(sweep), ChangesText(sweep));
  if (!sweep.has_ensemble()) return text;
  absl::StrAppend(&text, "\n", TableText(EnsembleTable(sweep), kIndent), MissingText(sweep), "\n  ",
                  sweep.members().members_size(), " members in ", EnsemblePath(sweep), "\n");
  return text;
}

std::string SummaryText(const SummaryInput& input) {
  std::string text = "\n";
  if (input.sweep.trials_size() > 0) {
    absl::StrAppend(&text, TableText(TrialTable(input.sweep), kIndent), RaceText(input.sweep),
                    "\n");
  }
  return absl::StrCat(text, OutcomeText(input.sweep),
                      input.report.empty() ? "" : absl::StrCat("  report: ", input.report, "\n"),
                      "  ", SpeedText(input), "\n");
}

}  // namespace pleat
