#include "client/best_trial.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "client/analysis/sweep_analysis.h"
#include "client/table.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

std::string Number(double value) { return absl::StrFormat("%.4f", value); }

// A word that a shell takes as it is.
std::string ShellWord(const std::string& word) {
  constexpr char kPlain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/=+-@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) return word;
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

std::string ScoreText(const BestOfSweep& best) {
  const v1::TrialFinished& finished = best.trial.finished();
  std::string text = absl::StrCat(
      "  ", best.metric, " ", Number(finished.mean()), " ± ", Number(finished.standard_error()),
      " over ", finished.folds_size(), " of ", best.trial.folds_size(), " folds\n");
  if (best.honest.has_value()) {
    absl::StrAppend(&text, "  honest ", Number(best.honest->score),
                    ": being picked as the best of ", best.scored_trials, " makes it look ",
                    Number(std::max(best.honest->optimism, 0.0)), " better than it is\n");
  }
  return text;
}

std::string ParametersText(const BestOfSweep& best) {
  Table table{.headings = {"parameter", "value"}, .rows = {}};
  for (const v1::ParameterValue& parameter : best.trial.parameters()) {
    table.rows.push_back({parameter.path(), parameter.value()});
  }
  return table.rows.empty() ? "" : "\n" + TableText(table, 2);
}

std::string NextCommands(const BestOfSweep& best, const std::string& dir) {
  std::string text;
  const std::string where = dir.empty() ? "" : " --dir " + ShellWord(dir);
  if (!best.is_final && dir.empty()) absl::StrAppend(&text, "  pleat watch ", best.sweep, "\n");
  if (best.has_ensemble && dir.empty()) {
    absl::StrAppend(&text, "  pleat pull ", best.sweep, " --to ", best.sweep, "-ensemble\n");
  }
  if (dir.empty()) {
    absl::StrAppend(&text, "  pleat explain ", best.sweep, " ", best.trial.trial(), "\n");
  }
  return absl::StrCat("\n", text, "  pleat report ", best.sweep, where, "\n  pleat export-trial ",
                      best.sweep, " ", best.trial.trial(), where, " --out ", best.sweep,
                      "-best.yaml\n");
}

}  // namespace

absl::StatusOr<BestOfSweep> FindBestTrial(const v1::GetResponse& sweep) {
  BestOfSweep best{
      .sweep = sweep.summary().name(),
      .metric = sweep.spec().search().metric().name(),
      .is_final = sweep.has_ended(),
      .has_ensemble = sweep.has_ensemble(),
      .scored_trials = static_cast<size_t>(std::ranges::count_if(sweep.trials(), HasScore)),
      .honest = HonestScoreOf(sweep)};
  for (const v1::TrialStatus& trial : sweep.trials()) {
    const bool is_best =
        sweep.summary().has_best_trial() && sweep.summary().best_trial() == trial.trial();
    if (!is_best || !HasScore(trial)) continue;
    best.trial = trial;
    return best;
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "no trial of ", best.sweep, " has a score",
      sweep.has_ended() ? absl::StrCat(": ", sweep.ended().reason())
                        : absl::StrCat(" yet; follow it with: pleat watch ", best.sweep)));
}

std::string BestTrialText(const BestOfSweep& best, const std::string& dir) {
  return absl::StrCat("trial ", best.trial.trial(), " is the best of the ", best.scored_trials,
                      " trials of ", best.sweep, best.is_final ? "" : " so far", "\n",
                      ScoreText(best), ParametersText(best), NextCommands(best, dir));
}

Json BestTrialJson(const BestOfSweep& best) {
  Json parameters = Json::object();
  for (const v1::ParameterValue& parameter : best.trial.parameters()) {
    parameters[parameter.path()] = parameter.value();
  }
  return {{"sweep", best.sweep},
          {"metric", best.metric},
          {"trial", best.trial.trial()},
          {"of_trials", best.scored_trials},
          {"final", best.is_final},
          {"score", best.trial.finished().mean()},
          {"standard_error", best.trial.finished().standard_error()},
          {"folds_done", best.trial.finished().folds_size()},
          {"folds", best.trial.folds_size()},
          {"honest_score", best.honest.has_value() ? Json(best.honest->score) : Json()},
          {"optimism", best.honest.has_value() ? Json(best.honest->optimism) : Json()},
          {"parameters", parameters}};
}

}  // namespace pleat
