#include "coordinator/core/search_history.h"

#include <algorithm>
#include <cmath>

#include "common/metrics/metrics.h"
#include "coordinator/core/given_trials.h"
#include "coordinator/core/search_budget.h"

namespace pleat {
namespace {

// Number of trials, from 0, whose results a reproducible search uses for the next one.
size_t SettledTrials(const Sweep& sweep) {
  const size_t next = sweep.trials.size();
  return next - std::min<size_t>(next, MostInFlight(sweep) - 1);
}

// Trials that wait for their place in a race in logical order, so that groups can train their first
// epochs ahead of it: as many as are in flight, and never few.
constexpr uint32_t kFewestWaiting = 16;

bool HasPlaceForTrial(const Sweep& sweep) {
  size_t most = MostInFlight(sweep);
  // What a search that learns suggests, and what is left of a budget, follows from how trials ended
  // before this one's place was free.
  if (sweep.TrialsRace() && sweep.spec.search().reproducible() && !LearnsForNext(sweep) &&
      !BudgetNeedsResults(sweep)) {
    most += std::max<size_t>(most, kFewestWaiting);
  }
  return !sweep.SearchIsOver() && sweep.trials.size() < AvailableTrials(sweep) &&
         sweep.TrialsInFlight() < most;
}

// True if results count by the trials' numbers: those of a race come in its logical order.
bool CountsByNumber(const Sweep& sweep) {
  return sweep.spec.search().reproducible() && !sweep.TrialsRace();
}

// The folds of a trial that ended whose results count.
std::vector<uint32_t> CountingFolds(const Sweep& sweep, uint32_t number) {
  const std::optional<v1::TrialStopped>& stopped = sweep.trials[number].stopped;
  if (stopped.has_value()) return {stopped->folds().begin(), stopped->folds().end()};
  std::vector<uint32_t> folds;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, number, fold});
    if (task.phase == TaskPhase::kDone) folds.push_back(fold);
  }
  return folds;
}

// Whether the next trial is decided about by the results that its number may know of.
bool DecidesInOrder(const Sweep& sweep) {
  return CountsByNumber(sweep) && (LearnsForNext(sweep) || BudgetNeedsResults(sweep));
}

}  // namespace

size_t KnownTrials(const Sweep& sweep) {
  return CountsByNumber(sweep) ? SettledTrials(sweep) : sweep.trials.size();
}

uint32_t MostInFlight(const Sweep& sweep) {
  return std::max(1u, sweep.spec.resources().max_concurrent_trials());
}

bool MayAddTrial(const Sweep& sweep) {
  return HasPlaceForTrial(sweep) && !AwaitedTrial(sweep).has_value();
}

bool LearnsForNext(const Sweep& sweep) {
  return sweep.search->LearnsFor(static_cast<uint32_t>(sweep.trials.size()));
}

std::optional<uint32_t> AwaitedTrial(const Sweep& sweep) {
  if (!HasPlaceForTrial(sweep)) return std::nullopt;
  size_t needed = DecidesInOrder(sweep) ? SettledTrials(sweep) : 0;
  if (WaitsForFoldEpochs(sweep, KnownTrials(sweep))) needed = sweep.trials.size();
  const auto end = sweep.trials.begin() + static_cast<ptrdiff_t>(needed);
  const auto awaited =
      std::find_if_not(sweep.trials.begin(), end, [](const Trial& trial) { return trial.ended(); });
  if (awaited == end) return std::nullopt;
  return static_cast<uint32_t>(awaited - sweep.trials.begin());
}

FoldLosses LossesOf(const Sweep& sweep, uint32_t number) {
  const v1::MetricSpec& metric = sweep.spec.search().metric();
  const double sign = MetricIsMaximized(metric) ? -1 : 1;
  FoldLosses losses(sweep.fold_count());
  if (!sweep.trials[number].ended()) return losses;
  uint32_t done = 0;
  for (const uint32_t fold : CountingFolds(sweep, number)) {
    const TaskState& task = sweep.tasks.at({TaskKind::kTrainFold, number, fold});
    const double value = MetricValue(metric, task.result->train_fold().metrics());
    if (!std::isfinite(value)) continue;
    losses[fold] = sign * value;
    ++done;
  }
  if (2 * done < sweep.fold_count() && !sweep.trials[number].stopped.has_value()) {
    losses.assign(sweep.fold_count(), std::nullopt);
  }
  return losses;
}

std::vector<PastTrial> SearchHistory(const Sweep& sweep) {
  std::vector<PastTrial> past;
  if (!LearnsForNext(sweep)) return past;
  const size_t known = KnownTrials(sweep);
  std::vector<FoldLosses> losses;
  for (uint32_t number = 0; number < known; ++number) losses.push_back(LossesOf(sweep, number));
  const std::vector<std::optional<MeanAndError>> scores = ScoreTrials(losses);
  for (size_t number = 0; number < sweep.trials.size(); ++number) {
    const Trial& trial = sweep.trials[number];
    PastTrial& one = past.emplace_back();
    one.parameters.assign(trial.config.parameters().begin(), trial.config.parameters().end());
    // Others of its epochs were better.
    if (trial.paused.has_value()) one.outcome = PastTrial::Outcome::kFailed;
    if (number >= known || !trial.ended()) continue;
    if (!scores[number].has_value()) {
      // That somebody stopped it says nothing of its point.
      if (!trial.cancelled.has_value()) one.outcome = PastTrial::Outcome::kFailed;
      continue;
    }
    one.outcome = PastTrial::Outcome::kScored;
    one.loss = scores[number]->mean;
    one.error = scores[number]->standard_error;
  }
  return past;
}

}  // namespace pleat
