// The races of sweeps: what is known of them beside the state, and follows from it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/core/state.h"
#include "coordinator/prune/fold_race.h"

namespace pleat {

// Whether decisions follow from the results alone. Else they are taken on everything that is known
// at the moment: also where somebody else gives trials, who may wait for results, as a race in
// logical order waits for the next trial.
bool RacesInLogicalOrder(const Sweep& sweep);

// The race of one sweep's trials over their folds. An epoch counts when it is reported, but a
// fold's last one, whose score is the result's, when the result is there.
class SweepRace {
 public:
  // Goes on from what the sweep is. Its trials race, and its folds are cut.
  explicit SweepRace(const Sweep& sweep);

  // The epochs of a fold, one of which is new.
  void TakeScores(const TaskKey& key, const EpochScores& scores);
  // What the sweep knows of a fold; of one that is trained again, as it was before.
  void TakeFold(const Sweep& sweep, const TaskKey& key);
  void AddTrial() { race_->AddTrial(); }
  void Resize(const RaceSize& size) { race_->Resize(size); }
  void Leave(uint32_t trial) { race_->Leave(trial); }

  // What became of trials that was not taken out of here before.
  std::vector<RaceEvent> TakeEvents();
  // Why the race stops a trial, if that was not taken yet; empty: it does not.
  std::string WhyStopped(uint32_t trial);

  // The folds that may be trained on, the most urgent first.
  std::vector<TaskKey> FoldsToTrain() const;
  bool MayTrain(const TaskKey& key) const;
  // Epochs of a fold.
  uint32_t epochs() const { return epochs_; }
  uint32_t round() const { return race_->round(); }

 private:
  void Decide();

  uint32_t epochs_ = 0;
  bool is_maximized_ = true;
  std::unique_ptr<FoldRace> race_;
  std::vector<RaceEvent> events_;
};

// The next round of a sweep's race, live or at its end; 0: its trials do not race, or have not
// begun.
uint32_t NextRound(const Sweep& sweep);

// The races of all live sweeps whose trials race.
class RaceTable {
 public:
  // Begins all, once the journal was replayed.
  void Begin(const State& state);
  // Keeps up with a record that was applied to the state.
  void Follow(const State& state, const v1::JournalRecord& record);

  // Null: its trials do not race, or it has no folds yet or has ended.
  SweepRace* Find(const std::string& sweep);
  const SweepRace* Find(const std::string& sweep) const;
  // Grows whenever folds may have come that can be trained.
  uint64_t changes() const { return changes_; }

 private:
  std::map<std::string, SweepRace> races_;
  uint64_t changes_ = 0;
};

}  // namespace pleat
