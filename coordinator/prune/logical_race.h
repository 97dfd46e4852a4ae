// A race decided in an order that follows from the results alone, not from when they came.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/racing_rule.h"

namespace pleat {

// Goes through the race in rounds. In a round each trial in flight, in the order of their numbers,
// takes the next epoch of its lowest fold that is not over; then the rule judges them in the same
// order. A place that a trial leaves is taken in the next round by the next number. A round is
// taken once all its epochs are there, so groups may be ahead of it: what they report counts when
// its turn comes, and is lost if its trial is stopped before.
//
// What has been decided is a function of the results: with more of them, in any order, more rounds
// follow, and none changes.
class LogicalRace final : public FoldRace {
 public:
  struct Limits {
    uint32_t trials = 1;      // that race
    uint32_t at_once = 1;     // of them, >= 1
    uint32_t most_ahead = 1;  // epochs of a fold that no round has taken, >= 1
  };
  // `shape` has no trials yet.
  LogicalRace(Race shape, const Limits& limits, std::unique_ptr<RacingRule> rule,
              PastDecisions past = {});

  void AddTrial() override { known_.AddTrial(); }
  void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) override;
  void Fail(uint32_t trial, uint32_t fold) override;
  void Leave(uint32_t trial) override;
  // Takes all rounds that are there.
  std::vector<RaceEnd> Advance() override;

  // As of the last round taken.
  const Race& race() const override { return race_; }
  uint32_t round() const override { return round_; }
  bool is_over() const { return in_flight_.empty() && race_.trials.size() == limits_.trials; }

  // Folds with epochs that nobody has reported, and fewer than `most_ahead` that no round has
  // taken. First those that the next round waits for, then work ahead, the likeliest to be needed
  // first: further folds of trial 0, which always finishes and has no such limit; then the next
  // trials' first folds, whose first epochs are always needed; then further folds of the trials in
  // flight that have come furthest. A high limit lets a group stay with its fold, a low one costs
  // fewer epochs of trials that are stopped meanwhile.
  std::vector<FoldToTrain> FoldsToTrain() const override;

 private:
  // Gives places that are free to the next trials.
  void Fill();
  // Takes those out of flight that leave before this round.
  void LetLeave();
  bool IsRoundThere() const;
  void TakeEpoch(uint32_t trial);
  void EndRound(std::vector<RaceEnd>* ends);
  RaceDecision Judge(uint32_t trial);
  void RemoveEnded();
  // The lowest fold that is not over; K if all are.
  uint32_t CurrentFold(uint32_t trial) const;
  void AddFurtherFolds(uint32_t trial, std::vector<FoldToTrain>* folds) const;
  void AddIfOpen(uint32_t trial, uint32_t fold, std::vector<FoldToTrain>* folds) const;

  Race race_;
  Race known_;  // all that was reported, of the trials that are known
  const Limits limits_;
  const std::unique_ptr<RacingRule> rule_;
  PastDecisions past_;
  std::vector<uint32_t> in_flight_;
  uint32_t round_ = 0;
};

}  // namespace pleat
