// A race decided in an order that follows from the results alone, not from when they came.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/prune/race.h"
#include "coordinator/prune/racing_rule.h"

namespace pleat {

// How a trial left the race: stopped, or with each fold over.
struct RaceEnd {
  uint32_t trial = 0;
  uint32_t round = 0;
  bool is_stopped = false;
  std::string reason = {};  // of a stop
};

struct FoldToTrain {
  uint32_t trial = 0;
  uint32_t fold = 0;
};

// Goes through the race in rounds. In a round each trial in flight, in the order of their numbers,
// takes the next epoch of its lowest fold that is not over; then the rule judges them in the same
// order. A place that a trial leaves is taken in the next round by the next number. A round is
// taken once all its epochs are there, so groups may be ahead of it: what they report counts when
// its turn comes, and is lost if its trial is stopped before.
//
// What has been decided is a function of the results: with more of them, in any order, more rounds
// follow, and none changes. For one thread at a time.
class LogicalRace {
 public:
  struct Limits {
    uint32_t trials = 1;      // that race
    uint32_t at_once = 1;     // of them, >= 1
    uint32_t most_ahead = 1;  // epochs of a fold that no round has taken, >= 1
  };
  // `shape` has no trials yet.
  LogicalRace(Race shape, const Limits& limits, std::unique_ptr<RacingRule> rule);

  // The score after a fold's next epoch, the first being 0. An epoch that is known already (from an
  // attempt that was lost) is ignored.
  void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score);
  // A fold was given up. Its epochs so far count in their rounds.
  void Fail(uint32_t trial, uint32_t fold);
  // Takes all rounds that are there. How trials left since the last call.
  std::vector<RaceEnd> Advance();

  // As of the last round taken.
  const Race& race() const { return race_; }
  bool is_over() const { return in_flight_.empty() && race_.trials.size() == limits_.trials; }

  // The folds that may be trained on: with epochs that nobody has reported, and fewer than
  // `most_ahead` that no round has taken. First those that the next round waits for, then work
  // ahead, the likeliest to be needed first: further folds of trial 0, which always finishes and
  // has no such limit; then the next trials' first folds, whose first epochs are always needed;
  // then further folds of the trials in flight that have come furthest. A high limit lets a group
  // stay with its fold, a low one costs fewer epochs of trials that are stopped meanwhile.
  std::vector<FoldToTrain> FoldsToTrain() const;

 private:
  void Fill();
  bool IsRoundThere() const;
  void TakeEpoch(uint32_t trial);
  void EndRound(std::vector<RaceEnd>* ends);
  // The lowest fold that is not over; K if all are.
  uint32_t CurrentFold(uint32_t trial) const;
  void AddFurtherFolds(uint32_t trial, std::vector<FoldToTrain>* folds) const;
  void AddIfOpen(uint32_t trial, uint32_t fold, std::vector<FoldToTrain>* folds) const;

  Race race_;
  Race known_;  // all that was reported, of all trials
  const Limits limits_;
  const std::unique_ptr<RacingRule> rule_;
  std::vector<uint32_t> in_flight_;
  uint32_t round_ = 0;
};

}  // namespace pleat
