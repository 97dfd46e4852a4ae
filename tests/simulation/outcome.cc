#include "tests/simulation/outcome.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace pleat::simulation {
namespace {

// The folds whose results count: of a trial that was stopped, those that it had come to by then.
std::set<uint32_t> CountedFolds(const Trial& trial) {
  if (trial.finished.has_value()) {
    return {trial.finished->folds().begin(), trial.finished->folds().end()};
  }
  if (trial.stopped.has_value()) {
    return {trial.stopped->folds().begin(), trial.stopped->folds().end()};
  }
  return {};
}

void AddTrial(const Sweep& sweep, uint32_t number, std::string& text) {
  const Trial& trial = sweep.trials[number];
  absl::StrAppend(&text, " trial ", number);
  for (const v1::ParameterValue& value : trial.config.parameters()) {
    absl::StrAppend(&text, " ", value.path(), "=", value.value());
  }
  if (trial.finished.has_value())
    absl::StrAppend(&text, " finished ", trial.finished->ShortDebugString());
  if (trial.stopped.has_value())
    absl::StrAppend(&text, " stopped ", trial.stopped->ShortDebugString());
  if (trial.cancelled.has_value()) text += " cancelled";
  text += "\n";
  for (const uint32_t fold : CountedFolds(trial)) {
    const v1::TrainFoldResult& result =
        sweep.tasks.at({TaskKind::kTrainFold, number, fold}).result->train_fold();
    absl::StrAppend(&text, "  fold ", fold, " weights ", result.checkpoint().weights().sha256(),
                    " oof ", result.oof().sha256(), " ", result.metrics().ShortDebugString(), "\n");
  }
}

}  // namespace

std::string OutcomeText(const State& state) {
  std::string text;
  for (const auto& [name, sweep] : state.sweeps()) {
    absl::StrAppend(&text, "sweep ", name, " ", sweep.spec_sha256, " ",
                    sweep.ended.has_value() ? sweep.ended->ShortDebugString() : "runs", "\n");
    for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) AddTrial(sweep, trial, text);
    if (sweep.members.has_value()) {
      absl::StrAppend(&text, " members ", sweep.members->ShortDebugString(), "\n");
    }
    if (sweep.ensemble.has_value()) {
      absl::StrAppend(&text, " ensemble ", sweep.ensemble->manifest().sha256(), "\n");
    }
  }
  return text;
}

}  // namespace pleat::simulation
