// A race decided in an order that follows from the results alone, not from when they came.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/racing_rule.h"
#include "coordinator/prune/rungs.h"

namespace pleat {

// Goes through the race in rounds. In a round each trial in flight, in the order of their numbers,
// takes the next epoch of its lowest fold that has not come to the trial's rung; then the rule
// judges them in the same order, and those whose folds are all at the rung go on or are paused. A
// place that a trial leaves is taken in the next round by the best paused trial that may go on, of
// the highest rung, else by the next number. A round is taken once all its epochs are there, so
// groups may be ahead of it: what they report counts when its turn comes, and is lost if its trial
// is stopped before. Trial 0 is never paused. Trials that are still paused when nothing else is
// left are stopped.
//
// Breadth first, a trial other than 0 waits after each fold. Places are for numbers that have not
// begun. Once there are none, or 64 trials wait, places are empty until nothing is in flight, and
// the one that lags least (ByLag) goes on for a fold: what beats it is seen, and what it beats is
// stopped, at the least cost. Those that wait are judged when a fold is over. Where the race is not
// breadth first any more, they come before numbers that have not begun.
//
// What has been decided is a function of the results: with more of them, in any order, more rounds
// follow, and none changes.
class LogicalRace final : public FoldRace {
 public:
  struct Limits {
    uint32_t trials = 1;            // that race, at first
    uint32_t at_once = 1;           // of them, >= 1, at first
    uint32_t most_ahead = 1;        // epochs of a fold that no round has taken, >= 1
    bool is_breadth_first = false;  // where the rungs are one; at first
  };
  // `shape` has no trials yet.
  LogicalRace(Race shape, const Limits& limits, Rungs rungs, std::unique_ptr<RacingRule> rule,
              PastDecisions past = {});

  void AddTrial() override { known_.AddTrial(); }
  void Resize(const RaceSize& size) override;
  void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) override;
  void Fail(uint32_t trial, uint32_t fold) override;
  void Leave(uint32_t trial) override;
  // Takes all rounds that are there.
  std::vector<RaceEvent> Advance() override;

  // As of the last round taken.
  const Race& race() const override { return race_; }
  uint32_t round() const override { return round_; }
  bool is_over() const {
    return in_flight_.empty() && waiting_.empty() && race_.trials.size() == limits_.trials;
  }

  // Folds with epochs that nobody has reported, and fewer than `most_ahead` that no round has
  // taken. First those that the next round waits for, then work ahead, the likeliest to be needed
  // first: further folds of trial 0, which always finishes and has no such limit; then the next
  // trials' first folds, whose first epochs are always needed; then further folds of the trials in
  // flight that have come furthest, once they have a fold behind them: most are stopped in their
  // first; then those of trials that wait, the leading one first. A high limit lets a group stay
  // with its fold, a low one costs fewer epochs of trials that are stopped meanwhile. No fold but
  // trial 0's goes beyond its rung.
  std::vector<FoldToTrain> FoldsToTrain() const override;

 private:
  using Kind = RaceEvent::Kind;

  // Gives places that are free to paused trials that may go on, to the next ones, and to those that
  // wait.
  void Fill();
  // The paused trial that takes the next place.
  std::optional<uint32_t> NextPromoted() const;
  // Whether the leading one of those that wait gets the next place, and gives it.
  bool LeadingGoesOn() const;
  void ResumeLeading();
  // Whether the next number may begin.
  bool MayBegin() const;
  // Gives the next number a place.
  void Begin();
  void ChangeNow(const RaceChange& change);
  // Takes those of the past up to this round.
  void FollowChanges();
  void Change(const RaceChange& change);
  void LetLeave(uint32_t trial);
  bool IsRoundThere() const;
  // True if its fold is over then.
  bool TakeEpoch(uint32_t trial);
  void EndRound(bool is_fold_over);
  RaceDecision Judge(uint32_t trial);
  // Of a trial whose folds are all at its rung, and not all over.
  void GoOnOrPause(uint32_t trial);
  void StopPaused();
  // Lets a trial wait that has just ended a fold and has more.
  void WaitIfDue(uint32_t trial);
  void StopIfDecided(uint32_t trial);
  // `round`: after which it was decided.
  void Tell(Kind kind, uint32_t trial, uint32_t round, std::string reason);
  void RemoveFromFlight();
  bool IsRunning(uint32_t trial) const;
  // Epochs of the rung that a trial trains for.
  uint32_t TargetOf(uint32_t trial) const;
  std::string WhyPaused(uint32_t trial) const;
  // The lowest fold that has not come to the trial's rung; K if all have.
  uint32_t CurrentFold(uint32_t trial) const;
  void AddFurtherFolds(uint32_t trial, std::vector<FoldToTrain>* folds) const;
  void AddIfOpen(uint32_t trial, uint32_t fold, std::vector<FoldToTrain>* folds) const;

  Race race_;
  Race known_;  // all that was reported, of the trials that are known
  Limits limits_;
  Rungs rungs_;
  const std::unique_ptr<RacingRule> rule_;
  PastDecisions past_;
  size_t changes_followed_ = 0;      // of those
  std::set<uint32_t> left_;          // trials, also such that have not begun
  std::vector<uint32_t> in_flight_;  // ascending
  std::vector<uint32_t> paused_;
  std::vector<uint32_t> waiting_;
  std::vector<uint32_t> rung_;  // by trial: the one that it trains for, from 0
  std::vector<RaceEvent> events_;
  uint32_t round_ = 0;
};

}  // namespace pleat
