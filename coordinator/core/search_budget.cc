#include "coordinator/core/search_budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config/duration_text.h"
#include "common/config/trial_config.h"
#include "common/metrics/metrics.h"
#include "coordinator/core/elapsed.h"

namespace pleat {
namespace {

constexpr double kHourMs = 3'600'000;

// Epochs that the folds of a trial were trained; one that was trained anew after a failure counts
// once.
uint64_t TrainedEpochs(const Sweep& sweep, uint32_t trial) {
  uint64_t epochs = 0;
  for (uint32_t fold = 0; fold < sweep.fold_count(); ++fold) {
    epochs += sweep.tasks.at({TaskKind::kTrainFold, trial, fold}).furthest_epoch;
  }
  return epochs;
}

// Epochs that they take at most.
uint64_t PlannedEpochs(const Sweep& sweep, uint32_t trial) {
  return uint64_t{sweep.fold_count()} * EpochCount(sweep.trials[trial].config.training());
}

// What the race took of a trial that ended or is paused, and 0 of one in flight: how far it has
// come by now depends on the moment. Groups may have trained more, ahead of the race.
uint64_t RacedEpochs(const Sweep& sweep, uint32_t number) {
  const Trial& trial = sweep.trials[number];
  if (trial.paused.has_value()) return trial.paused->epochs();
  if (trial.stopped.has_value()) return trial.stopped->epochs();
  return trial.ended() ? TrainedEpochs(sweep, number) : 0;
}

uint64_t CountRacedEpochs(const Sweep& sweep) {
  uint64_t epochs = 0;
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    epochs += RacedEpochs(sweep, trial);
  }
  return epochs;
}

// Of all trials: what those took that are known and ended, and what the others take at most. Of
// trials that race nobody knows how far the others come.
uint64_t CountFoldEpochs(const Sweep& sweep, size_t known) {
  if (sweep.TrialsRace()) return CountRacedEpochs(sweep);
  uint64_t epochs = 0;
  for (uint32_t trial = 0; trial < sweep.trials.size(); ++trial) {
    const bool counts = trial < known && sweep.trials[trial].ended();
    epochs += counts ? TrainedEpochs(sweep, trial) : PlannedEpochs(sweep, trial);
  }
  return epochs;
}

bool ReachesTarget(const Sweep& sweep, uint32_t trial) {
  const std::optional<v1::TrialFinished>& finished = sweep.trials[trial].finished;
  // The folds that are left of a trial may be the easier ones.
  if (!finished.has_value() || finished->folds_size() == 0 ||
      2 * static_cast<uint32_t>(finished->folds_size()) < sweep.fold_count()) {
    return false;
  }
  const double target = sweep.spec.search().budget().target_score();
  return MetricIsMaximized(sweep.spec.search().metric()) ? finished->mean() >= target
                                                         : finished->mean() <= target;
}

// Hours that groups have trained, times their ranks.
double RankHours(const Sweep& sweep, int64_t now_unix_ms) {
  double rank_ms = static_cast<double>(sweep.trained_rank_ms);
  for (const TaskKey& key : sweep.running) {
    if (key.kind != TaskKind::kTrainFold) continue;
    const int64_t since_ms = ElapsedMs(sweep.tasks.at(key).leased_unix_ms, now_unix_ms);
    rank_ms += static_cast<double>(since_ms) * sweep.execution->group_size();
  }
  return rank_ms / kHourMs;
}

v1::SearchEnded Spent(const Sweep& sweep, const char* part, double spent, double limit,
                      const std::string& what) {
  v1::SearchEnded ended;
  ended.set_budget(part);
  ended.set_spent(spent);
  ended.set_limit(limit);
  ended.set_trials(static_cast<uint32_t>(sweep.trials.size()));
  ended.set_reason(absl::StrCat("search.budget.", part, " is spent: ", what));
  return ended;
}

std::optional<v1::SearchEnded> SpentFoldEpochs(const Sweep& sweep, size_t known) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  if (!budget.has_fold_epochs()) return std::nullopt;
  const bool all_ended = sweep.trials_ended == sweep.trials.size();
  const uint64_t epochs = CountFoldEpochs(sweep, all_ended ? sweep.trials.size() : known);
  if (epochs < budget.fold_epochs()) return std::nullopt;
  return Spent(sweep, "fold_epochs", static_cast<double>(epochs),
               static_cast<double>(budget.fold_epochs()),
               absl::StrCat(epochs, " of ", budget.fold_epochs(), " fold-epochs"));
}

std::optional<v1::SearchEnded> ReachedTarget(const Sweep& sweep, size_t known) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  if (!budget.has_target_score()) return std::nullopt;
  for (uint32_t trial = 0; trial < std::min(known, sweep.trials.size()); ++trial) {
    if (!ReachesTarget(sweep, trial)) continue;
    const double score = sweep.trials[trial].finished->mean();
    return Spent(
        sweep, "target_score", score, budget.target_score(),
        absl::StrFormat("trial %d has %s %.6g, the target is %.6g", trial,
                        sweep.spec.search().metric().name(), score, budget.target_score()));
  }
  return std::nullopt;
}

std::optional<v1::SearchEnded> SpentRankHours(const Sweep& sweep, int64_t now_unix_ms) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  if (!budget.has_gpu_hours()) return std::nullopt;
  const double hours = RankHours(sweep, now_unix_ms);
  if (hours < budget.gpu_hours()) return std::nullopt;
  return Spent(sweep, "gpu_hours", hours, budget.gpu_hours(),
               absl::StrFormat("%.4g of %.4g hours", hours, budget.gpu_hours()));
}

std::optional<v1::SearchEnded> SpentWallTime(const Sweep& sweep, int64_t now_unix_ms) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  if (!budget.has_wall_time()) return std::nullopt;
  const double limit =
      static_cast<double>(ParseDurationMs(budget.wall_time()).value_or(0)) / kHourMs;
  const double hours = static_cast<double>(now_unix_ms - sweep.folds_unix_ms) / kHourMs;
  if (hours < limit) return std::nullopt;
  return Spent(sweep, "wall_time", hours, limit,
               absl::StrFormat("%.4g of %.4g hours since the folds were cut", hours, limit));
}

}  // namespace

bool BudgetNeedsResults(const Sweep& sweep) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  return budget.has_fold_epochs() || budget.has_target_score();
}

bool WaitsForFoldEpochs(const Sweep& sweep, size_t known) {
  const v1::BudgetSpec& budget = sweep.spec.search().budget();
  // A race does not go on while a place in it is free.
  if (sweep.TrialsRace()) return false;
  return budget.has_fold_epochs() && sweep.trials_ended < sweep.trials.size() &&
         CountFoldEpochs(sweep, known) >= budget.fold_epochs();
}

std::optional<v1::SearchEnded> SpentBudget(const Sweep& sweep, size_t known, int64_t now_unix_ms) {
  if (sweep.trials.empty()) return std::nullopt;
  if (auto spent = SpentFoldEpochs(sweep, known)) return spent;
  if (auto spent = ReachedTarget(sweep, known)) return spent;
  if (auto spent = SpentRankHours(sweep, now_unix_ms)) return spent;
  return SpentWallTime(sweep, now_unix_ms);
}

}  // namespace pleat
