// Applies the records about trials, and about the search that suggests them.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/misfit.h"
#include "coordinator/core/state.h"

namespace pleat {
namespace {

// True if trial `a` scores better than the best so far; the older one wins a tie.
bool IsBetter(const Sweep& sweep, const v1::TrialFinished& a) {
  if (!sweep.best_trial.has_value()) return true;
  const double best = sweep.trials[*sweep.best_trial].finished->mean();
  // A score that is no number compares with nothing.
  if (std::isnan(best)) return !std::isnan(a.mean());
  return MetricIsMaximized(sweep.spec.search().metric()) ? a.mean() > best : a.mean() < best;
}

}  // namespace

absl::Status State::AddTrial(Sweep& sweep, const v1::TrialAdded& update) {
  if (!sweep.folds.has_value() || sweep.AwaitsWarmStart() ||
      update.trial() != sweep.trials.size() || sweep.SearchIsOver()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not due"));
  }
  auto config = ResolveTrial(sweep.spec, update.trial(),
                             {update.parameters().begin(), update.parameters().end()});
  if (!config.ok()) return Misfit(config.status().ToString());
  const bool starts_from = config->training().has_start_from();
  if (update.start_weights_size() != (starts_from ? static_cast<int>(sweep.fold_count()) : 0)) {
    return Misfit(absl::StrCat("trial ", update.trial(), " begins with ",
                               update.start_weights_size(), " weights"));
  }
  Trial& trial = sweep.trials.emplace_back();
  trial.config = *std::move(config);
  trial.start_weights.assign(update.start_weights().begin(), update.start_weights().end());
  trial.open_folds = sweep.fold_count();
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    Enqueue(sweep, {TaskKind::kTrainFold, update.trial(), fold});
  }
  return absl::OkStatus();
}

absl::Status State::EndSearch(Sweep& sweep, const v1::SearchEnded& update) {
  if (!sweep.folds.has_value() || sweep.SearchIsOver()) return Misfit("the search was not to end");
  sweep.search_ended = update;
  EndRaceAt(sweep, update.trials());
  return absl::OkStatus();
}

absl::Status State::GiveTrial(Sweep& sweep, const v1::TrialGiven& update) {
  if (WhyNoGivenTrial(sweep).has_value() || update.trial() != sweep.given.size()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to be given"));
  }
  sweep.given.push_back(update);
  return absl::OkStatus();
}

absl::Status State::FinishSearch(Sweep& sweep, const v1::SearchFinished& update) {
  if (!TakesGivenTrials(sweep) || sweep.search_finished || sweep.search_ended.has_value() ||
      update.trials() != sweep.given.size()) {
    return Misfit("the search was not to finish");
  }
  sweep.search_finished = true;
  EndRaceAt(sweep, update.trials());
  return absl::OkStatus();
}

absl::Status State::FinishTrial(Sweep& sweep, const v1::TrialFinished& update) {
  if (update.trial() >= sweep.trials.size()) return Misfit("an unknown trial finished");
  Trial& trial = sweep.trials[update.trial()];
  if (trial.ended() || trial.paused.has_value() || trial.open_folds > 0) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to finish"));
  }
  trial.finished = update;
  ++sweep.trials_ended;
  if (sweep.TrialsRace() && !trial.is_retried) {
    trial.race_end = RaceEnd{RaceEnd::Kind::kFinished, update.round()};
    sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  }
  if (update.folds_size() > 0 && IsBetter(sweep, update)) sweep.best_trial = update.trial();
  return absl::OkStatus();
}

void State::ChooseBest(Sweep& sweep) {
  sweep.best_trial.reset();
  for (uint32_t number = 0; number < sweep.trials.size(); ++number) {
    const std::optional<v1::TrialFinished>& finished = sweep.trials[number].finished;
    if (!finished.has_value() || finished->folds_size() == 0) continue;
    if (IsBetter(sweep, *finished)) sweep.best_trial = number;
  }
}

absl::Status State::CancelTrial(Sweep& sweep, const v1::TrialCancelled& update) {
  PLEAT_RETURN_IF_ERROR(CancelFolds(sweep, update.trial()));
  Trial& trial = sweep.trials[update.trial()];
  trial.cancelled = update;
  if (!trial.is_retried) {
    trial.race_end = RaceEnd{RaceEnd::Kind::kLeft, update.round()};
    if (sweep.TrialsRace()) {
      sweep.race_changes.push_back({.round = update.round(), .left = update.trial()});
    }
  }
  ++sweep.trials_ended;
  return absl::OkStatus();
}

absl::Status State::StopTrial(Sweep& sweep, const v1::TrialStopped& update) {
  if (!sweep.TrialsRace()) return Misfit("a trial was stopped, but the trials do not race");
  PLEAT_RETURN_IF_ERROR(CancelFolds(sweep, update.trial()));
  for (const uint32_t fold : update.folds()) {
    const auto task = sweep.tasks.find({TaskKind::kTrainFold, update.trial(), fold});
    if (task == sweep.tasks.end() || task->second.phase != TaskPhase::kDone) {
      return Misfit(
          absl::StrCat("fold ", fold, " of stopped trial ", update.trial(), " is not finished"));
    }
  }
  Trial& trial = sweep.trials[update.trial()];
  trial.stopped = update;
  trial.race_end = RaceEnd{RaceEnd::Kind::kStopped, update.round()};
  ++sweep.trials_ended;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::PauseTrial(Sweep& sweep, const v1::TrialPaused& update) {
  if (!sweep.TrialsRace() || update.trial() >= sweep.trials.size() ||
      sweep.trials[update.trial()].ended() || sweep.trials[update.trial()].paused.has_value()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not to pause"));
  }
  sweep.trials[update.trial()].paused = update;
  ++sweep.trials_paused;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::ResumeTrial(Sweep& sweep, const v1::TrialResumed& update) {
  if (update.trial() >= sweep.trials.size() || !sweep.trials[update.trial()].paused.has_value()) {
    return Misfit(absl::StrCat("trial ", update.trial(), " was not paused"));
  }
  sweep.trials[update.trial()].paused.reset();
  --sweep.trials_paused;
  sweep.race_rounds = std::max(sweep.race_rounds, update.round() + 1);
  return absl::OkStatus();
}

absl::Status State::CancelFolds(Sweep& sweep, uint32_t trial) {
  if (trial >= sweep.trials.size() || sweep.trials[trial].ended()) {
    return Misfit(absl::StrCat("trial ", trial, " was not to leave"));
  }
  if (sweep.trials[trial].paused.has_value()) {
    sweep.trials[trial].paused.reset();
    --sweep.trials_paused;
  }
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskKey key{TaskKind::kTrainFold, trial, fold};
    TaskState& task = sweep.tasks.at(key);
    if (task.phase == TaskPhase::kRunning) return Misfit("a fold of a trial that left runs");
    if (task.phase != TaskPhase::kWaiting) continue;
    Dequeue(sweep, key);
    task.phase = TaskPhase::kCancelled;
  }
  return absl::OkStatus();
}

}  // namespace pleat
