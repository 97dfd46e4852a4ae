// The JSON form of a summary; scripts rely on its keys.
#include "client/state_text.h"
#include "client/summary_view.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

Json TrialJson(const v1::TrialStatus& trial, const v1::MetricSpec& metric) {
  Json parameters = Json::object();
  for (const v1::ParameterValue& parameter : trial.parameters()) {
    parameters[parameter.path()] = parameter.value();
  }
  Json fold_scores = Json::array();
  for (const v1::FoldStatus& fold : trial.folds()) {
    fold_scores.push_back(fold.has_result() ? Json(MetricValue(metric, fold.result().metrics()))
                                            : Json());
  }
  const bool scored = trial.finished().folds_size() > 0;
  return {{"trial", trial.trial()},
          {"parameters", parameters},
          {"mean", scored ? Json(trial.finished().mean()) : Json()},
          {"standard_error", scored ? Json(trial.finished().standard_error()) : Json()},
          {"folds", trial.finished().folds_size()},
          {"fold_scores", fold_scores}};
}

Json ScoresJson(const v1::Scores& scores) {
  return {{"accuracy", scores.accuracy()},
          {"log_loss", scores.log_loss()},
          {"macro_f1", scores.macro_f1()},
          {"ece", scores.ece()},
          {"rows", scores.rows()}};
}

Json BestMemberJson(const v1::SplitScores& split, const v1::MembersSelected& members) {
  const int best = BestMember(split);
  if (best < 0) return nullptr;
  Json json = ScoresJson(split.members(best));
  if (best < members.members_size()) {
    json["trial"] = members.members(best).trial();
    json["fold"] = members.members(best).fold();
  }
  return json;
}

Json EnsembleJson(const v1::GetResponse& sweep) {
  if (!sweep.has_ensemble()) return nullptr;
  const v1::EnsembleBuilt& built = sweep.ensemble();
  Json json = {{"path", EnsemblePath(sweep)},
               {"members", sweep.members().members_size()},
               {"out_of_fold", ScoresJson(built.out_of_fold())},
               {"out_of_fold_tta",
                built.has_out_of_fold_tta() ? ScoresJson(built.out_of_fold_tta()) : Json()},
               {"test", nullptr},
               {"best_member_test", nullptr},
               {"extra", Json::object()}};
  for (const v1::SplitScores& split : built.splits()) {
    if (split.split() != "test") {
      json["extra"][split.split()] = ScoresJson(split.ensemble());
      continue;
    }
    json["test"] = ScoresJson(split.ensemble());
    json["best_member_test"] = BestMemberJson(split, sweep.members());
  }
  return json;
}

Json MissingJson(const v1::MembersSelected& members) {
  Json json = Json::array();
  for (const v1::MissingFold& missing : members.missing()) {
    json.push_back(
        {{"trial", missing.trial()}, {"fold", missing.fold()}, {"reason", missing.reason()}});
  }
  return json;
}

}  // namespace

Json SummaryJson(const SummaryInput& input) {
  const v1::GetResponse& sweep = input.sweep;
  const v1::MetricSpec& metric = sweep.spec().search().metric();
  Json trials = Json::array();
  for (const v1::TrialStatus& trial : sweep.trials()) trials.push_back(TrialJson(trial, metric));
  const double seconds = static_cast<double>(input.wall_ms) / 1000.0;
  return {{"name", sweep.summary().name()},
          {"state", StateText(sweep.summary().state())},
          {"reason", sweep.ended().reason()},
          {"search_ended", sweep.has_search_ended() ? Json(sweep.search_ended().reason()) : Json()},
          {"metric", metric.name()},
          {"trials", trials},
          {"best_trial",
           sweep.summary().has_best_trial() ? Json(sweep.summary().best_trial()) : Json()},
          {"ensemble", EnsembleJson(sweep)},
          {"missing_folds", MissingJson(sweep.members())},
          {"report", input.report.empty() ? Json() : Json(input.report)},
          {"wall_seconds", seconds},
          {"images_per_second",
           seconds > 0 ? Json(static_cast<double>(input.trained_rows) / seconds) : Json()}};
}

}  // namespace pleat
