#include "coordinator/core/sweep_race.h"

#include <algorithm>
#include <utility>

#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/search_history.h"
#include "coordinator/prune/forgiving_rule.h"
#include "coordinator/prune/logical_race.h"
#include "coordinator/prune/paired_rule.h"
#include "coordinator/prune/percentile_rule.h"
#include "coordinator/prune/present_race.h"
#include "coordinator/prune/rule_chain.h"
#include "coordinator/prune/wilcoxon_rule.h"

namespace pleat {
namespace {

std::unique_ptr<RacingRule> MakeFoldRule(const v1::FoldRacingSpec& spec) {
  if (spec.rule() == "forgiving") return std::make_unique<ForgivingRule>();
  if (spec.rule() == "wilcoxon") return std::make_unique<WilcoxonRule>(spec.false_stop_rate());
  return std::make_unique<PairedRule>(spec.false_stop_rate());
}

std::unique_ptr<RacingRule> MakeRule(const v1::PruningSpec& spec) {
  std::vector<std::unique_ptr<RacingRule>> rules;
  if (spec.has_fold_racing()) rules.push_back(MakeFoldRule(spec.fold_racing()));
  if (spec.has_percentile()) {
    const v1::PercentilePruningSpec& percentile = spec.percentile();
    rules.push_back(std::make_unique<PercentileRule>(
        PercentileRule::Settings{.keep_percent = percentile.keep_percent(),
                                 .startup_trials = percentile.startup_trials(),
                                 .warmup_epochs = percentile.warmup_epochs(),
                                 .patience = percentile.patience()}));
  }
  return std::make_unique<RuleChain>(std::move(rules));
}

// Without successive halving there is one rung, at the last epoch.
Rungs MakeRungs(const v1::PruningSpec& spec, uint32_t epochs) {
  if (!spec.has_asha()) return Rungs({.min_epochs = epochs}, epochs);
  return Rungs({.eta = spec.asha().eta(),
                .min_epochs = spec.asha().min_epochs(),
                .brackets = spec.asha().brackets()},
               epochs);
}

void TakeEnd(uint32_t trial, const RaceEnd& end, PastDecisions* past) {
  switch (end.kind) {
    case RaceEnd::Kind::kFinished:
      past->finished.insert(trial);
      break;
    case RaceEnd::Kind::kStopped:
      past->stopped[trial] = end.round;
      break;
    case RaceEnd::Kind::kLeft:  // one of its changes
      break;
  }
}

PastDecisions PastOf(const Sweep& sweep) {
  PastDecisions past;
  past.rounds = sweep.race_rounds;
  past.trials = static_cast<uint32_t>(sweep.trials.size());
  for (uint32_t number = 0; number < sweep.trials.size(); ++number) {
    const Trial& trial = sweep.trials[number];
    if (trial.race_end.has_value()) TakeEnd(number, *trial.race_end, &past);
    if (trial.paused.has_value()) past.paused.insert(number);
  }
  past.changes.assign(sweep.race_changes.begin() + 1, sweep.race_changes.end());
  return past;
}

std::unique_ptr<FoldRace> MakeFoldRace(const Sweep& sweep, Race shape) {
  const v1::PruningSpec& spec = sweep.spec.search().pruning();
  const RaceSize& first = sweep.race_changes.front().size;
  Rungs rungs = MakeRungs(spec, shape.epochs);
  if (!RacesInLogicalOrder(sweep)) {
    const RaceSize& now = CurrentRaceSize(sweep);
    const PresentRace::Limits limits = {.trials = now.trials,
                                        .is_breadth_first = now.is_breadth_first};
    return std::make_unique<PresentRace>(std::move(shape), limits, std::move(rungs), MakeRule(spec),
                                         PastOf(sweep));
  }
  const LogicalRace::Limits limits = {.trials = first.trials,
                                      .at_once = first.at_once,
                                      .most_ahead = spec.most_ahead(),
                                      .is_breadth_first = first.is_breadth_first};
  return std::make_unique<LogicalRace>(std::move(shape), limits, std::move(rungs), MakeRule(spec),
                                       PastOf(sweep));
}

}  // namespace

bool RacesInLogicalOrder(const Sweep& sweep) {
  return sweep.spec.search().reproducible() && !TakesGivenTrials(sweep);
}

SweepRace::SweepRace(const Sweep& sweep)
    : epochs_(EpochCount(sweep.spec.training())),
      is_maximized_(MetricIsMaximized(sweep.spec.search().metric())),
      race_(MakeFoldRace(
          sweep, {.folds = sweep.fold_count(), .epochs = epochs_, .is_maximized = is_maximized_})) {
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    race_->AddTrial();
    for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
      TakeFold(sweep, {TaskKind::kTrainFold, trial, fold});
    }
  }
}

void SweepRace::TakeScores(const TaskKey& key, const EpochScores& scores) {
  const size_t count = std::min<size_t>(scores.values.size(), epochs_ - 1);
  for (uint32_t epoch = 0; epoch < count; ++epoch) {
    const double value = scores.values[epoch];
    race_->Report(key.trial, key.fold, epoch, is_maximized_ ? value : -value);
  }
}

void SweepRace::TakeFold(const Sweep& sweep, const TaskKey& key) {
  const TaskState& task = sweep.tasks.at(key);
  TakeScores(key, task.scores);
  if (sweep.retried.contains(key)) {
    if (task.has_failed_race) race_->Fail(key.trial, key.fold);
    return;
  }
  if (task.phase == TaskPhase::kAbandoned) race_->Fail(key.trial, key.fold);
  if (task.phase != TaskPhase::kDone) return;
  // A fold that ended early would not have become better.
  const double value =
      MetricValue(sweep.spec.search().metric(), task.result->train_fold().metrics());
  for (uint32_t epoch = 0; epoch < epochs_; ++epoch) {
    race_->Report(key.trial, key.fold, epoch, is_maximized_ ? value : -value);
  }
}

void SweepRace::Decide() {
  std::vector<RaceEvent> more = race_->Advance();
  std::ranges::move(more, std::back_inserter(events_));
}

std::vector<RaceEvent> SweepRace::TakeEvents() {
  Decide();
  return std::exchange(events_, {});
}

std::string SweepRace::WhyStopped(uint32_t trial) {
  Decide();
  const auto stop = std::ranges::find_if(
      events_, [&](const RaceEvent& event) { return event.trial == trial && event.is_stop(); });
  return stop != events_.end() ? stop->reason : "";
}

std::vector<TaskKey> SweepRace::FoldsToTrain() const {
  std::vector<TaskKey> keys;
  for (const FoldToTrain& fold : race_->FoldsToTrain()) {
    keys.push_back({TaskKind::kTrainFold, fold.trial, fold.fold});
  }
  return keys;
}

bool SweepRace::MayTrain(const TaskKey& key) const {
  const std::vector<TaskKey> folds = FoldsToTrain();
  return std::ranges::find(folds, key) != folds.end();
}

uint32_t NextRound(const Sweep& sweep) {
  if (!sweep.TrialsRace() || !sweep.folds.has_value()) return 0;
  SweepRace race(sweep);
  race.TakeEvents();
  return race.round();
}

void RaceTable::Begin(const State& state) {
  for (const auto& [rank, sweep] : state.live_sweeps()) {
    if (sweep->TrialsRace() && sweep->folds.has_value()) races_.emplace(sweep->name, *sweep);
  }
}

void RaceTable::Follow(const State& state, const v1::JournalRecord& record) {
  if (record.has_sweep_ended()) races_.erase(record.sweep());
  const Sweep* sweep = state.FindSweep(record.sweep());
  const bool begins = record.has_folds_assigned() || record.sweep_extended().reopened() ||
                      record.trial_retried().reopened();
  if (begins && sweep->TrialsRace()) races_.emplace(sweep->name, *sweep);
  SweepRace* race = Find(record.sweep());
  if (race == nullptr) return;
  ++changes_;
  const auto take = [&](const std::string& task) {
    const TaskKey key = *ParseTaskKey(task);
    if (key.kind == TaskKind::kTrainFold) race->TakeFold(*sweep, key);
  };
  if (record.has_trial_added()) race->AddTrial();
  if (!begins && (record.has_search_ended() || record.has_search_finished() ||
                  record.has_sweep_extended() || record.has_limits_changed())) {
    race->Resize(CurrentRaceSize(*sweep));
  }
  if (record.has_trial_cancelled() && !sweep->trials[record.trial_cancelled().trial()].is_retried) {
    race->Leave(record.trial_cancelled().trial());
  }
  if (record.has_epoch_reported()) take(record.epoch_reported().task());
  if (record.has_task_completed()) take(record.task_completed().task());
  if (record.has_task_abandoned()) take(record.task_abandoned().task());
}

SweepRace* RaceTable::Find(const std::string& sweep) {
  const auto position = races_.find(sweep);
  return position == races_.end() ? nullptr : &position->second;
}

const SweepRace* RaceTable::Find(const std::string& sweep) const {
  const auto position = races_.find(sweep);
  return position == races_.end() ? nullptr : &position->second;
}

}  // namespace pleat
