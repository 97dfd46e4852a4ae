#include "client/trial_list.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/analysis/sweep_analysis.h"
#include "client/parameter_text.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

// Every digit, no more.
std::string FullNumber(double value) { return Json(value).dump(); }

std::string StateOf(const v1::TrialStatus& trial) {
  if (trial.has_cancelled()) return "cancelled";
  if (trial.has_stopped()) return "stopped";
  if (trial.has_paused()) return "paused";
  if (trial.has_finished()) return trial.finished().folds_size() > 0 ? "finished" : "failed";
  const bool runs = std::ranges::any_of(trial.folds(), [](const v1::FoldStatus& fold) {
    return fold.state() == v1::FOLD_STATE_RUNNING || fold.state() == v1::FOLD_STATE_DONE;
  });
  return runs ? "running" : "waiting";
}

ListedTrial ListTrial(const v1::TrialStatus& status, const std::vector<std::string>& paths) {
  ListedTrial trial{.trial = status.trial(),
                    .state = StateOf(status),
                    .standard_error = status.finished().standard_error(),
                    .folds = static_cast<uint32_t>(status.folds_size())};
  if (HasScore(status)) trial.score = status.finished().mean();
  for (const v1::FoldStatus& fold : status.folds()) trial.folds_done += fold.has_result() ? 1 : 0;
  const TrialPoint point(status.parameters().begin(), status.parameters().end());
  for (const std::string& path : paths) {
    const std::string* value = FindValue(point, path);
    trial.parameters.push_back(value == nullptr ? std::nullopt : std::optional(*value));
  }
  return trial;
}

// Sorts without a value last, then numbers before texts.
struct SortValue {
  bool is_absent = true;
  bool is_text = false;
  double number = 0;
  std::string text = {};

  explicit SortValue(const std::optional<std::string>& value) {
    if (!value.has_value()) return;
    is_absent = false;
    is_text = !absl::SimpleAtod(*value, &number);
    if (is_text) text = *value;
  }
};

bool IsLess(const SortValue& a, const SortValue& b) {
  return std::tie(a.is_text, a.number, a.text) < std::tie(b.is_text, b.number, b.text);
}

}  // namespace

TrialList ListTrials(const v1::GetResponse& sweep) {
  TrialList list{.sweep = sweep.summary().name(), .metric = sweep.spec().search().metric().name()};
  std::vector<v1::ParameterValue> parameters;
  for (const v1::ParameterSpec& parameter : sweep.spec().search().parameters()) {
    list.paths.push_back(parameter.key());
    parameters.emplace_back().set_path(parameter.key());
  }
  list.names = ShortPaths(parameters);
  for (const v1::TrialStatus& trial : sweep.trials()) {
    list.trials.push_back(ListTrial(trial, list.paths));
  }
  return list;
}

absl::StatusOr<TrialKey> FindKey(const TrialList& list, const std::string& word) {
  if (word == "trial") return TrialKey{.kind = TrialKey::Kind::kTrial};
  if (word == "state") return TrialKey{.kind = TrialKey::Kind::kState};
  if (word == "score" || word == list.metric) return TrialKey{.kind = TrialKey::Kind::kScore};
  std::vector<std::string> fitting;
  size_t parameter = 0;
  for (size_t i = 0; i < list.paths.size(); ++i) {
    if (list.paths[i] == word) return TrialKey{TrialKey::Kind::kParameter, i};
    if (!absl::EndsWith(list.paths[i], absl::StrCat(".", word))) continue;
    fitting.push_back(list.paths[i]);
    parameter = i;
  }
  if (fitting.size() == 1) return TrialKey{TrialKey::Kind::kParameter, parameter};
  if (fitting.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", word, "\" may be ", absl::StrJoin(fitting, " or "), "; name more of the path"));
  }
  std::vector<std::string> known = {"score", "trial", "state"};
  known.insert(known.end(), list.names.begin(), list.names.end());
  return absl::InvalidArgumentError(
      absl::StrCat("trials of ", list.sweep, " have no \"", word, "\"", SuggestWord(word, known)));
}

std::optional<std::string> ValueOf(const ListedTrial& trial, const TrialKey& key) {
  switch (key.kind) {
    case TrialKey::Kind::kTrial:
      return absl::StrCat(trial.trial);
    case TrialKey::Kind::kState:
      return trial.state;
    case TrialKey::Kind::kScore:
      if (!trial.score.has_value()) return std::nullopt;
      return FullNumber(*trial.score);
    case TrialKey::Kind::kParameter:
      break;
  }
  return trial.parameters[key.parameter];
}

absl::Status SortTrials(const std::string& key, TrialList& list) {
  const bool is_down = absl::StartsWith(key, "-");
  PLEAT_ASSIGN_OR_RETURN(const TrialKey found, FindKey(list, key.substr(is_down ? 1 : 0)));
  const auto value = [&](const ListedTrial& trial) { return SortValue(ValueOf(trial, found)); };
  std::ranges::stable_sort(
      list.trials,
      [is_down](const SortValue& a, const SortValue& b) {
        if (a.is_absent || b.is_absent) return a.is_absent < b.is_absent;
        return is_down ? IsLess(b, a) : IsLess(a, b);
      },
      value);
  return absl::OkStatus();
}

Table TrialTable(const TrialList& list) {
  Table table{.headings = {"trial", "state", list.metric, "± error", "folds"}, .rows = {}};
  table.headings.insert(table.headings.end(), list.names.begin(), list.names.end());
  for (const ListedTrial& trial : list.trials) {
    const auto number = [&](double value) {
      return trial.score.has_value() ? absl::StrFormat("%.4f", value) : "–";
    };
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {absl::StrCat(trial.trial), trial.state, number(trial.score.value_or(0)),
           number(trial.standard_error), absl::StrCat(trial.folds_done, "/", trial.folds)};
    for (const auto& value : trial.parameters) row.push_back(value.value_or("–"));
  }
  return table;
}

Table FullTrialTable(const TrialList& list) {
  Table table{.headings = {"trial", "state", "score", "standard_error", "folds_done", "folds"},
              .rows = {}};
  table.headings.insert(table.headings.end(), list.paths.begin(), list.paths.end());
  for (const ListedTrial& trial : list.trials) {
    const auto number = [&](double value) {
      return trial.score.has_value() ? FullNumber(value) : "";
    };
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {absl::StrCat(trial.trial),       trial.state,
           number(trial.score.value_or(0)), number(trial.standard_error),
           absl::StrCat(trial.folds_done),  absl::StrCat(trial.folds)};
    for (const auto& value : trial.parameters) row.push_back(value.value_or(""));
  }
  return table;
}

Json TrialListJson(const TrialList& list) {
  Json trials = Json::array();
  for (const ListedTrial& trial : list.trials) {
    Json parameters = Json::object();
    for (size_t i = 0; i < list.paths.size(); ++i) {
      if (trial.parameters[i].has_value()) parameters[list.paths[i]] = *trial.parameters[i];
    }
    const bool scored = trial.score.has_value();
    trials.push_back({{"trial", trial.trial},
                      {"state", trial.state},
                      {"score", scored ? Json(*trial.score) : Json()},
                      {"standard_error", scored ? Json(trial.standard_error) : Json()},
                      {"folds_done", trial.folds_done},
                      {"folds", trial.folds},
                      {"parameters", parameters}});
  }
  return {{"sweep", list.sweep}, {"metric", list.metric}, {"trials", trials}};
}

}  // namespace pleat
