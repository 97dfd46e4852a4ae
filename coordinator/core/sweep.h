// One sweep in memory: plain data, changed by State::Apply only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/protections.h"
#include "coordinator/core/audit.h"
#include "coordinator/core/epoch_scores.h"
#include "coordinator/core/task_key.h"
#include "coordinator/prune/fold_race.h"
#include "coordinator/search/search_method.h"
#include "proto/coordinator.pb.h"
#include "proto/journal.pb.h"

namespace pleat {

enum class TaskPhase {
  kWaiting,    // for a group, perhaps for time to pass first
  kRunning,    // one attempt is live
  kDone,       // its result counts
  kAbandoned,  // given up after failures
  kCancelled,  // stopped with its trial or sweep
};

// A group that had a task and is to leave it to others, while there are others.
struct Visit {
  std::string host;
  std::optional<std::string> failure;  // how the task failed there; empty: its result is audited
};

struct TaskState {
  TaskPhase phase = TaskPhase::kWaiting;
  int64_t leased_unix_ms = 0;  // when the last attempt got it: a wall-clock label
  uint64_t attempt = 0;  // number of the last attempt; 0: none yet (see Sweep::attempts_before)
  std::string worker;    // that has, or had, the last attempt
  std::string host;      // of that worker
  std::map<std::string, Visit> visits;  // by worker; forgotten once the task is done
  std::vector<HeldResult> held;         // of a fold that is audited: in the order of the runs
  uint32_t failures = 0;
  uint32_t retry_after_ms = 0;  // the wait that it is in after a failure; 0: none
  // Attempts that were lost since one came to a checkpoint, or to an epoch that none had reported
  // before, and whether the running one has come that far.
  uint32_t fruitless = 0;
  bool has_advanced = false;
  uint32_t furthest_epoch = 0;                        // that any attempt has reported
  std::optional<v1::Checkpoint> checkpoint;           // where the next attempt goes on
  std::optional<v1::Checkpoint> previous_checkpoint;  // and where, if that one proves damaged
  std::string waits_for;  // what the running attempt waits for, in words; empty: it works
  std::optional<v1::EpochMetrics> last_epoch;
  EpochScores scores;                    // of a fold that races; else empty
  bool has_failed_race = false;          // of a fold that was retried: it had been given up before
  std::optional<v1::TaskResult> result;  // once done
  std::string message;                   // why the last attempt failed or the task was given up

  // Whether a message speaks of the last attempt; others are stale.
  bool IsLast(uint64_t number) const { return number == attempt || !IsOn(Protection::kFencing); }
  bool GoesOnFrom(const v1::Checkpoint& other) const;
  // The newest checkpoint is of no use: the one before takes its place.
  void DropCheckpoint();
  void ForgetCheckpoints();
};

// How a trial ended in the race.
struct RaceEnd {
  enum class Kind { kFinished, kStopped, kLeft };
  Kind kind = Kind::kFinished;
  uint32_t round = 0;
};

struct Trial {
  v1::TrialConfig config;
  std::vector<v1::StartWeights> start_weights;  // of each fold; empty: random ones
  uint32_t open_folds = 0;                      // neither done nor given up
  std::optional<v1::TrialFinished> finished;    // without folds: none of them finished
  std::optional<v1::TrialCancelled> cancelled;  // by somebody
  std::optional<v1::TrialStopped> stopped;      // by the race
  std::optional<v1::TrialPaused> paused;        // while it is
  std::optional<RaceEnd> race_end;              // stays when the trial is retried
  bool is_retried = false;                      // folds of it are trained again, outside the race
  bool recomputes = false;                      // memory ran out: activations are recomputed

  bool ended() const {
    return finished.has_value() || cancelled.has_value() || stopped.has_value();
  }
};

// One that was made before the sweep was extended or retried.
struct EarlierEnsemble {
  v1::MembersSelected members;
  v1::EnsembleBuilt built;
};

// Order among sweeps: higher priority first, then older.
struct SweepRank {
  int64_t minus_priority = 0;
  uint64_t sequence = 0;

  auto operator<=>(const SweepRank&) const = default;
};

struct Sweep {
  std::string name;
  std::string source;  // the YAML as submitted
  v1::SweepSpec spec;
  std::string spec_sha256;
  std::shared_ptr<const SearchMethod> search;
  SweepRank rank;
  uint64_t attempts_before = 0;  // attempts up to this one may be of removed sweeps of this name
  int64_t submitted_unix_ms = 0;
  int64_t ended_unix_ms = 0;

  std::map<TaskKey, TaskState> tasks;
  std::set<TaskKey> ready;    // the tasks that wait for a group
  std::set<TaskKey> delayed;  // the tasks that wait for time to pass first
  std::set<TaskKey> running;  // the tasks with a live attempt
  // Workers whose data are not the sweep's, and what each said: they get no more of its tasks.
  std::map<std::string, std::string> kept_away;
  std::vector<Trial> trials;  // by number
  uint32_t trials_ended = 0;
  uint32_t trials_paused = 0;
  uint32_t race_rounds =
      0;  // that the race has decided something after, or before the last such one
  // By round; empty before the folds are cut, then the first is its size at the start.
  std::vector<RaceChange> race_changes;
  std::set<TaskKey> retried;  // folds that were ever trained again
  uint32_t folds_done = 0;
  uint32_t open_predictions = 0;
  int64_t folds_unix_ms = 0;     // when the folds were cut: a wall-clock label
  uint64_t trained_rank_ms = 0;  // for which ended attempts held folds, times their ranks
  std::optional<uint32_t> best_trial;
  // Of a search whose trials a client gives: those given so far, by number, and whether it said
  // that no more come.
  std::vector<v1::TrialGiven> given;
  bool search_finished = false;

  // What has happened so far, in this order.
  std::optional<v1::FoldsAssigned> folds;
  std::optional<v1::WarmStartFixed> warm_start;  // if search.warm_start names sweeps
  std::optional<v1::ExecutionFixed> execution;
  std::optional<v1::SearchEnded> search_ended;  // before its last trial
  std::optional<v1::MembersSelected> members;
  std::optional<v1::EnsembleBuilt> ensemble;
  std::optional<v1::SweepEnded> ended;

  // What somebody changed since, oldest first; after an extension or a retry, members and ensemble
  // are those of the next version.
  std::vector<v1::SweepChange> changes;
  uint32_t ensemble_version = 1;
  bool awaits_repeats = false;  // its folds are to be cut again, with more of them
  std::optional<EarlierEnsemble> earlier_ensemble;  // the newest of those before

  // Tasks whose attempts may have left files that nothing needs, and the last record that says so.
  std::map<TaskKey, uint64_t> garbage;

  std::string hold;  // why no task is handed out; empty: they are
  // How the effect that the sweep waits for failed last, if it has.
  std::optional<v1::EffectFailed> effect_failed;

  uint32_t fold_count() const;  // K; 0 before the folds are cut
  // The data sets as prepared; empty before.
  const v1::PrepareDataResult& prepared() const;
  // True if trials race over their folds: any rule of `search.pruning` is named.
  bool TrialsRace() const;
  // Trials that have not ended and are not paused.
  size_t TrialsInFlight() const { return trials.size() - trials_ended - trials_paused; }
  // True if trials of earlier sweeps are to be taken before the first of its own.
  bool AwaitsWarmStart() const;
  // True if no further trial can come.
  bool SearchIsOver() const;
  // True once the search is over and every trial ended.
  bool AllTrialsEnded() const;
  // True if a fold runs, or any was trained, however far.
  bool DependsOnExecution() const;
  // Number that the next attempt of a task gets.
  uint64_t NextAttempt(const TaskKey& key) const;
  // The highest attempt under this sweep's name.
  uint64_t LastAttempt() const;
};

// From `round` on its trials race as its search and its limits say now.
void ResizeRace(Sweep& sweep, uint32_t round);
// No trial comes beyond so many: those that there are race on.
void EndRaceAt(Sweep& sweep, uint32_t trials);
// How its trials race now; its folds are cut.
const RaceSize& CurrentRaceSize(const Sweep& sweep);
// Whether a sweep that has ended may go on: it was not cancelled, and its trials came to their end.
bool MayReopen(const Sweep& sweep);
// The set that is trained on; the data are prepared.
const v1::DatasetInfo& TrainingRows(const Sweep& sweep);
// Splits that the ensemble predicts: all but "train".
std::vector<std::string> PredictedSplits(const Sweep& sweep);
// True if members have anything to predict: such splits, or their own folds over test-time views.
bool NeedsPredictions(const Sweep& sweep, const v1::MembersSelected& members);

}  // namespace pleat
