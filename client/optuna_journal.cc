#include "client/optuna_journal.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/config/parameter_values.h"
#include "common/metrics/metrics.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

// Optuna's numbers.
constexpr int kCreateStudy = 0;
constexpr int kSetStudyUserAttribute = 2;
constexpr int kCreateTrial = 4;
enum TrialState { kRunning = 0, kComplete = 1, kPruned = 2, kFailed = 3 };
enum Direction { kMinimize = 1, kMaximize = 2 };

Json Line(int operation) { return {{"op_code", operation}, {"worker_id", "pleat"}}; }

std::string TimeText(int64_t unix_ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6S+00:00", absl::FromUnixMillis(unix_ms),
                          absl::UTCTimeZone());
}

std::optional<double> NumberOf(const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

// A choice as Optuna keeps it: a number, true, false, or text.
Json ChoiceJson(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  int64_t whole = 0;
  if (absl::SimpleAtoi(text, &whole)) return whole;
  const std::optional<double> number = NumberOf(text);
  return number.has_value() ? Json(*number) : Json(text);
}

// One path of a trial's, as Optuna has it.
class OptunaParameter {
 public:
  explicit OptunaParameter(const v1::ParameterSpec& spec) {
    switch (spec.distribution_case()) {
      case v1::ParameterSpec::kUniform:
        SetRange(spec.uniform(), /*is_whole=*/false, /*is_log=*/false);
        if (spec.uniform().has_step()) step_ = spec.uniform().step();
        break;
      case v1::ParameterSpec::kLogUniform:
        SetRange(spec.log_uniform(), false, true);
        break;
      case v1::ParameterSpec::kIntUniform:
        SetRange(spec.int_uniform(), true, false);
        step_ = spec.int_uniform().has_step() ? static_cast<double>(spec.int_uniform().step()) : 1;
        break;
      case v1::ParameterSpec::kLogIntUniform:
        SetRange(spec.log_int_uniform(), true, true);
        step_ = 1;
        break;
      case v1::ParameterSpec::kNormal:
        // Nearly all of it, where it has no bounds.
        low_ = spec.normal().mean() - 4 * spec.normal().stddev();
        high_ = spec.normal().mean() + 4 * spec.normal().stddev();
        if (spec.normal().has_min()) low_ = spec.normal().min();
        if (spec.normal().has_max()) high_ = spec.normal().max();
        break;
      default:
        is_list_ = true;
        for (const std::string& value : spec.values().value()) Include(value);
    }
  }

  // Makes it hold a trial's value.
  void Include(const std::string& value) {
    if (is_list_) {
      if (std::ranges::count(choices_, value) == 0) choices_.push_back(value);
      return;
    }
    const std::optional<double> number = NumberOf(value);
    if (!number.has_value()) return;
    const double places = (*number - low_) / step_.value_or(1);
    const bool is_between = step_.has_value() && std::abs(places - std::round(places)) > 1e-6;
    if (*number < low_ || *number > high_ || is_between) {
      step_ = is_whole_ ? std::optional(1.0) : std::nullopt;
    }
    low_ = std::min(low_, *number);
    high_ = std::max(high_, *number);
  }

  std::string Distribution() const {
    if (is_list_) {
      Json choices = Json::array();
      for (const std::string& choice : choices_) choices.push_back(ChoiceJson(choice));
      return Json{{"name", "CategoricalDistribution"}, {"attributes", {{"choices", choices}}}}
          .dump();
    }
    // Optuna wants a whole number of steps.
    const double high =
        step_.has_value() ? low_ + std::floor((high_ - low_) / *step_ + 1e-9) * *step_ : high_;
    return Json{{"name", is_whole_ ? "IntDistribution" : "FloatDistribution"},
                {"attributes",
                 {{"low", Number(low_)},
                  {"high", Number(high)},
                  {"log", is_log_},
                  {"step", step_.has_value() ? Number(*step_) : Json()}}}}
        .dump();
  }

  // A value as Optuna keeps it: a number, or the place of a choice.
  Json Internal(const std::string& value) const {
    if (!is_list_) return NumberOf(value).value_or(low_);
    return std::ranges::find(choices_, value) - choices_.begin();
  }

 private:
  template <typename Range>
  void SetRange(const Range& range, bool is_whole, bool is_log) {
    low_ = static_cast<double>(range.min());
    high_ = static_cast<double>(range.max());
    is_whole_ = is_whole;
    is_log_ = is_log;
  }
  Json Number(double value) const {
    return is_whole_ ? Json(static_cast<int64_t>(value)) : Json(value);
  }

  bool is_list_ = false;
  bool is_whole_ = false;
  bool is_log_ = false;
  double low_ = 0;
  double high_ = 0;
  std::optional<double> step_;
  std::vector<std::string> choices_;
};

// By path.
using OptunaSpace = std::map<std::string, OptunaParameter>;

OptunaSpace SpaceOf(const v1::GetResponse& sweep) {
  OptunaSpace space;
  for (const v1::ParameterSpec& parameter : sweep.spec().search().parameters()) {
    space.emplace(parameter.key(), parameter);
    for (const std::string& path : parameter.also()) space.emplace(path, parameter);
  }
  for (const v1::TrialStatus& trial : sweep.trials()) {
    for (const v1::ParameterValue& parameter : trial.parameters()) {
      space.at(parameter.path()).Include(parameter.value());
    }
  }
  return space;
}

TrialState StateOf(const v1::TrialStatus& trial) {
  if (trial.has_cancelled() || trial.has_stopped()) return kPruned;
  if (!trial.has_finished()) return kRunning;
  return trial.finished().folds_size() > 0 && std::isfinite(trial.finished().mean()) ? kComplete
                                                                                     : kFailed;
}

Json FoldScoresJson(const v1::TrialStatus& trial, const v1::MetricSpec& metric) {
  Json scores = Json::object();
  for (const v1::FoldStatus& fold : trial.folds()) {
    if (!fold.has_result()) continue;
    const double score = MetricValue(metric, fold.result().metrics());
    if (std::isfinite(score)) scores[absl::StrCat(fold.fold())] = score;
  }
  return scores;
}

Json TrialLine(const v1::GetResponse& sweep, const v1::TrialStatus& trial,
               const OptunaSpace& space) {
  const TrialState state = StateOf(trial);
  Json distributions = Json::object(), parameters = Json::object();
  for (const v1::ParameterValue& parameter : trial.parameters()) {
    const OptunaParameter& of_path = space.at(parameter.path());
    distributions[parameter.path()] = of_path.Distribution();
    parameters[parameter.path()] = of_path.Internal(parameter.value());
  }
  const int64_t begin_ms = sweep.summary().submitted_unix_ms();
  Json line = Line(kCreateTrial);
  line["study_id"] = 0;
  line["state"] = static_cast<int>(state);
  line["value"] = state == kComplete ? Json(trial.finished().mean()) : Json();
  line["values"] = Json();
  line["datetime_start"] = TimeText(begin_ms);
  if (state != kRunning) {
    line["datetime_complete"] = TimeText(std::max(begin_ms, sweep.summary().ended_unix_ms()));
  }
  line["distributions"] = distributions;
  line["params"] = parameters;
  line["user_attrs"] = Json::object();
  if (state == kComplete) {
    line["user_attrs"] = {{"standard_error", trial.finished().standard_error()},
                          {"folds", trial.finished().folds_size()}};
  }
  line["system_attrs"] = Json::object();
  line["intermediate_values"] = FoldScoresJson(trial, sweep.spec().search().metric());
  return line;
}

}  // namespace

std::string OptunaJournal(const v1::GetResponse& sweep) {
  const v1::MetricSpec& metric = sweep.spec().search().metric();
  Json study = Line(kCreateStudy);
  study["study_name"] = sweep.summary().name();
  study["directions"] = {static_cast<int>(MetricIsMaximized(metric) ? kMaximize : kMinimize)};
  Json metric_name = Line(kSetStudyUserAttribute);
  metric_name["study_id"] = 0;
  metric_name["user_attr"] = {{"metric", metric.name()}};
  std::string journal = absl::StrCat(study.dump(), "\n", metric_name.dump(), "\n");
  const OptunaSpace space = SpaceOf(sweep);
  for (const v1::TrialStatus& trial : sweep.trials()) {
    absl::StrAppend(&journal, TrialLine(sweep, trial, space).dump(), "\n");
  }
  return journal;
}

}  // namespace pleat
