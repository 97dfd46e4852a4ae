#include "coordinator/core/start_weights.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/parameter_values.h"
#include "common/folds/splitter.h"
#include "coordinator/core/retention.h"

namespace pleat {
namespace {

constexpr char kSweepPath[] = "training.start_from.sweep";
constexpr char kTrialPath[] = "training.start_from.trial";
constexpr char kFoldPath[] = "training.start_from.fold";

// Starts that Submit looks at, at most; it may not take long.
constexpr size_t kMostStarts = 1000;

absl::Status Unusable(absl::string_view path, const std::string& what) {
  return absl::FailedPreconditionError(absl::StrCat(path, ": ", what));
}

absl::StatusOr<const Sweep*> FindSource(const State& state, const std::string& name) {
  const Sweep* source = state.FindSweep(name);
  if (source == nullptr) {
    return Unusable(kSweepPath,
                    absl::StrCat("there is no sweep '", name,
                                 "' in this coordinator; `pleat ls` lists those there are"));
  }
  if (!source->ended.has_value()) {
    return Unusable(kSweepPath, absl::StrCat("sweep '", name, "' has not ended yet; wait for its ",
                                             "end with `pleat watch ", name, "`"));
  }
  return source;
}

absl::StatusOr<uint32_t> FindTrial(const Sweep& source, int32_t number) {
  if (number < 0) {
    if (source.best_trial.has_value()) return *source.best_trial;
    return Unusable(kSweepPath, absl::StrCat("sweep '", source.name, "' ended without a trained ",
                                             "trial: ", source.ended->reason()));
  }
  const auto trial = static_cast<uint32_t>(number);
  if (trial >= source.trials.size()) {
    return Unusable(kTrialPath,
                    absl::StrCat("sweep '", source.name, "' has no trial ", trial, "; it has ",
                                 source.trials.size(), ", counted from 0"));
  }
  if (!source.trials[trial].finished.has_value()) {
    return Unusable(kTrialPath,
                    absl::StrCat("trial ", trial, " of sweep '", source.name, "' did not finish"));
  }
  return trial;
}

absl::StatusOr<v1::StartWeights> WeightsOf(const Sweep& source, uint32_t trial, uint32_t fold) {
  if (fold >= source.fold_count()) {
    return Unusable(kFoldPath, absl::StrCat("sweep '", source.name, "' has no fold ", fold,
                                            "; it has ", source.fold_count(),
                                            ", counted from 0: cut no more, or name one of them"));
  }
  const TaskState& task = source.tasks.at({TaskKind::kTrainFold, trial, fold});
  if (task.phase != TaskPhase::kDone) {
    return Unusable(kFoldPath, absl::StrCat("fold ", fold, " of trial ", trial, " of sweep '",
                                            source.name, "' has no weights: ", task.message));
  }
  if (!task.result->train_fold().checkpoint().has_weights()) {
    return Unusable(kFoldPath, absl::StrCat("the weights of fold ", fold, " of trial ", trial,
                                            " of sweep '", source.name, "' ", FreedText(source)));
  }
  v1::StartWeights start;
  *start.mutable_weights() = task.result->train_fold().checkpoint().weights();
  start.set_origin(absl::StrCat("sweep ", source.name, ", trial ", trial, ", fold ", fold));
  return start;
}

// What trials may have for a parameter, at most kMostStarts values of the search. Fields of
// start_from take no reals, so they can be counted.
std::vector<std::string> PossibleValues(const v1::SearchSpec& search,
                                        const v1::ParameterSpec& parameter) {
  const uint64_t last = std::min<uint64_t>(LastValueIndex(parameter).value_or(0), kMostStarts - 1);
  std::vector<std::string> values;
  for (uint64_t i = 0; i <= last; ++i) values.push_back(ValueOfIndex(parameter, i));
  for (const v1::EnqueuedTrialSpec& trial : search.enqueue()) {
    for (const v1::GivenValueSpec& given : trial.values()) {
      if (given.key() == parameter.key()) values.push_back(given.value());
    }
  }
  return values;
}

// `starts` with a field set to each of the values that the search may choose for it, if it does.
template <typename Set>
void Vary(const v1::SweepSpec& spec, absl::string_view path, const Set& set,
          std::vector<v1::StartFromSpec>* starts) {
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    if (parameter.key() != path) continue;
    const std::vector<std::string> values = PossibleValues(spec.search(), parameter);
    std::vector<v1::StartFromSpec> varied;
    for (const v1::StartFromSpec& start : *starts) {
      for (const std::string& value : values) {
        if (varied.size() == kMostStarts) break;
        set(value, &varied.emplace_back(start));
      }
    }
    *starts = std::move(varied);
  }
}

std::vector<v1::StartFromSpec> PossibleStarts(const v1::SweepSpec& spec) {
  const auto number = [](const std::string& text) {
    int32_t value = 0;
    (void)absl::SimpleAtoi(text, &value);  // CheckSweepSpec has read it before
    return value;
  };
  std::vector<v1::StartFromSpec> starts = {spec.training().start_from()};
  Vary(
      spec, kSweepPath, [](const auto& text, auto* start) { start->set_sweep(text); }, &starts);
  Vary(
      spec, kTrialPath, [&](const auto& text, auto* start) { start->set_trial(number(text)); },
      &starts);
  Vary(
      spec, kFoldPath, [&](const auto& text, auto* start) { start->set_fold(number(text)); },
      &starts);
  return starts;
}

// True if a model of `source` may have trained on rows that validate a fold of `sweep`.
bool SawValidationRows(const Sweep& source, const Sweep& sweep, bool same_fold) {
  if (TrainingRows(source).data_sha256() != TrainingRows(sweep).data_sha256()) return false;
  return !same_fold || source.folds->folds().sha256() != sweep.folds->folds().sha256();
}

}  // namespace

std::set<std::string> StartSweeps(const v1::SweepSpec& spec) {
  if (!spec.training().has_start_from()) return {};
  std::set<std::string> names;
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    if (parameter.key() != kSweepPath) continue;
    const std::vector<std::string> values = PossibleValues(spec.search(), parameter);
    names.insert(values.begin(), values.end());
  }
  if (names.empty()) names.insert(spec.training().start_from().sweep());
  return names;
}

absl::StatusOr<std::vector<v1::StartWeights>> ResolveStart(const State& state,
                                                           const v1::StartFromSpec& start,
                                                           uint32_t folds) {
  PLEAT_ASSIGN_OR_RETURN(const Sweep* source, FindSource(state, start.sweep()));
  PLEAT_ASSIGN_OR_RETURN(const uint32_t trial, FindTrial(*source, start.trial()));
  std::vector<v1::StartWeights> weights;
  for (uint32_t fold = 0; fold < folds; ++fold) {
    const uint32_t from = start.fold() < 0 ? fold : static_cast<uint32_t>(start.fold());
    PLEAT_ASSIGN_OR_RETURN(weights.emplace_back(), WeightsOf(*source, trial, from));
  }
  return weights;
}

absl::Status CheckStarts(const State& state, const v1::SweepSpec& spec) {
  for (const std::string& name : StartSweeps(spec)) {
    PLEAT_RETURN_IF_ERROR(FindSource(state, name).status());
  }
  if (!spec.training().has_start_from()) return absl::OkStatus();
  const uint32_t folds = FoldCount(spec.cross_validation());
  for (const v1::StartFromSpec& start : PossibleStarts(spec)) {
    PLEAT_RETURN_IF_ERROR(ResolveStart(state, start, folds).status());
  }
  return absl::OkStatus();
}

std::string StartText(const State& state, const Sweep& sweep, const v1::StartFromSpec& start) {
  const Sweep& source = *state.FindSweep(start.sweep());
  const bool same_fold = start.fold() < 0;
  const std::string trial = start.trial() < 0 ? absl::StrCat(*source.best_trial, " (its best)")
                                              : absl::StrCat(start.trial());
  const std::string fold = same_fold ? "fold by fold" : absl::StrCat("fold ", start.fold());
  return absl::StrCat(
      "begins with the weights of sweep ", source.name, ", trial ", trial, ", ", fold,
      SawValidationRows(source, sweep, same_fold)
          ? ", which were trained on rows that validate here: its scores are too good"
          : "");
}

}  // namespace pleat
