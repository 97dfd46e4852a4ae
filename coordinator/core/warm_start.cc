#include "coordinator/core/warm_start.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"
#include "common/config/field_rules.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/search_history.h"
#include "coordinator/search/transferred_point.h"
#include "coordinator/search/trial_scores.h"

namespace pleat {
namespace {

std::string PathOf(int number) { return ElementPath("search.warm_start", absl::StrCat(number)); }

absl::Status Unusable(int number, const std::string& what) {
  return absl::FailedPreconditionError(absl::StrCat(PathOf(number), ": ", what));
}

absl::Status NoSuchSweep(const State& state, int number, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [other, sweep] : state.sweeps()) names.push_back(other);
  const std::string near = NearestWord(name, names);
  return Unusable(number,
                  absl::StrCat("there is no sweep '", name, "' in this coordinator",
                               near.empty() ? "" : absl::StrCat("; did you mean \"", near, "\"?"),
                               "; `pleat ls` lists those there are"));
}

std::string MetricText(const v1::MetricSpec& metric) {
  return absl::StrCat(metric.name(), MetricIsMaximized(metric) ? ", maximized" : ", minimized");
}

// Element `number` of search.warm_start, if it can be learned from.
absl::StatusOr<const Sweep*> FindSource(const State& state, const v1::SearchSpec& search,
                                        int number) {
  const std::string& name = search.warm_start(number);
  const Sweep* source = state.FindSweep(name);
  if (source == nullptr) return NoSuchSweep(state, number, name);
  if (!source->ended.has_value()) {
    return Unusable(number, absl::StrCat("sweep '", name, "' has not ended yet; wait for its end ",
                                         "with `pleat watch ", name, "`"));
  }
  if (!source->best_trial.has_value()) {
    return Unusable(number, absl::StrCat("sweep '", name, "' ended without a trained trial: ",
                                         source->ended->reason()));
  }
  const std::string there = MetricText(source->spec.search().metric());
  const std::string here = MetricText(search.metric());
  if (there != here) {
    return Unusable(number, absl::StrCat("sweep '", name, "' has the metric ", there, ", this one ",
                                         here, ", so scores do not compare; leave it out"));
  }
  return source;
}

// Says what became of a sweep's trials: "12 of 20 trials; left out: 5 as …, 3 as …".
std::string ReasonOf(const Sweep& source, const Sweep& sweep, size_t taken,
                     const std::map<std::string, size_t>& left_out) {
  std::string text = absl::StrCat(taken, " of ", source.trials.size(), " trials");
  if (!left_out.empty()) {
    absl::StrAppend(&text, "; left out: ",
                    absl::StrJoin(left_out, ", ", [](std::string* out, const auto& entry) {
                      absl::StrAppend(out, entry.second, " since ", entry.first);
                    }));
  }
  if (source.folds->folds().sha256() != sweep.folds->folds().sha256()) {
    absl::StrAppend(&text, "; its folds are others, so scores compare less exactly");
  }
  return text;
}

v1::WarmStartSource TakeTrials(const Sweep& source, const Sweep& sweep,
                               const PointTransfer& transfer, size_t most) {
  std::vector<FoldLosses> losses;
  for (uint32_t i = 0; i < source.trials.size(); ++i) losses.push_back(LossesOf(source, i));
  const std::vector<std::optional<MeanAndError>> scores = ScoreTrials(losses);
  const double sign = MetricIsMaximized(sweep.spec.search().metric()) ? -1 : 1;
  v1::WarmStartSource taken;
  std::map<std::string, size_t> left_out;
  for (uint32_t number = 0; number < source.trials.size(); ++number) {
    const Trial& trial = source.trials[number];
    if (!trial.finished.has_value()) {
      ++left_out["they did not finish"];
      continue;
    }
    TransferredPoint point = transfer.PointOf(trial.config);
    if (!point.why_not.empty()) {
      ++left_out[point.why_not];
      continue;
    }
    v1::WarmStartTrial& one = *taken.add_trials();
    one.set_trial(number);
    one.mutable_parameters()->Assign(point.values.begin(), point.values.end());
    if (!scores[number].has_value()) continue;
    one.set_score(sign * scores[number]->mean);
    one.set_standard_error(scores[number]->standard_error);
  }
  const int excess = std::max(0, taken.trials_size() - static_cast<int>(most));
  if (excess > 0) left_out["others are later"] = excess;
  taken.mutable_trials()->DeleteSubrange(0, excess);
  taken.set_sweep(source.name);
  taken.set_spec_sha256(source.spec_sha256);
  taken.set_reason(ReasonOf(source, sweep, taken.trials_size(), left_out));
  return taken;
}

}  // namespace

absl::Status CheckWarmStart(const State& state, const v1::SweepSpec& spec) {
  for (int i = 0; i < spec.search().warm_start_size(); ++i) {
    PLEAT_RETURN_IF_ERROR(FindSource(state, spec.search(), i).status());
  }
  return absl::OkStatus();
}

bool AwaitsWarmStart(const Sweep& sweep, const std::string& name) {
  const auto& names = sweep.spec.search().warm_start();
  return !sweep.ended.has_value() && sweep.AwaitsWarmStart() &&
         std::ranges::find(names, name) != names.end();
}

absl::StatusOr<v1::WarmStartFixed> ResolveWarmStart(const State& state, const Sweep& sweep) {
  const v1::SearchSpec& search = sweep.spec.search();
  PLEAT_ASSIGN_OR_RETURN(const PointTransfer transfer, PointTransfer::Make(sweep.spec));
  v1::WarmStartFixed fixed;
  for (int i = 0; i < search.warm_start_size(); ++i) {
    PLEAT_ASSIGN_OR_RETURN(const Sweep* source, FindSource(state, search, i));
    if (TrainingRows(*source).data_sha256() != TrainingRows(sweep).data_sha256()) {
      return Unusable(i, absl::StrCat("sweep '", source->name, "' was trained on other rows (",
                                      TrainingRows(*source).data_sha256(), ", here ",
                                      TrainingRows(sweep).data_sha256(),
                                      "), so scores do not compare; leave it out"));
    }
    *fixed.add_sources() =
        TakeTrials(*source, sweep, transfer, kMostWarmTrials / search.warm_start_size());
  }
  return fixed;
}

std::vector<PastTrial> WarmTrials(const v1::SearchSpec& search, const v1::WarmStartFixed& fixed) {
  const double sign = MetricIsMaximized(search.metric()) ? -1 : 1;
  std::vector<PastTrial> trials;
  for (const v1::WarmStartSource& source : fixed.sources()) {
    for (const v1::WarmStartTrial& taken : source.trials()) {
      PastTrial& trial = trials.emplace_back();
      trial.parameters.assign(taken.parameters().begin(), taken.parameters().end());
      trial.outcome = taken.has_score() ? PastTrial::Outcome::kScored : PastTrial::Outcome::kFailed;
      trial.loss = sign * taken.score();
      trial.error = taken.standard_error();
    }
  }
  return trials;
}

}  // namespace pleat
