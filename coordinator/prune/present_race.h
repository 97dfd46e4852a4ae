// A race decided on everything that is known at the moment.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/racing_rule.h"
#include "coordinator/prune/rungs.h"

namespace pleat {

// Every trial that is known takes part. It is judged at each of its epochs, and all are when a fold
// is over, so what is decided depends on the order in which results come. A trial whose folds are
// all at its rung goes on or is paused; a paused one goes on as soon as it may. Breadth first, a
// trial other than 0 waits after each fold, at most 64 of them; once no further trial comes and
// nothing runs, the one that lags least (ByLag) goes on for a fold. There are no rounds.
class PresentRace final : public FoldRace {
 public:
  struct Limits {
    uint32_t trials = 1;            // that will race
    bool is_breadth_first = false;  // where the rungs are one
  };
  // `shape` has no trials yet.
  PresentRace(Race shape, const Limits& limits, Rungs rungs, std::unique_ptr<RacingRule> rule,
              PastDecisions past = {});

  void AddTrial() override;
  void Resize(const RaceSize& size) override;
  void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) override;
  void Fail(uint32_t trial, uint32_t fold) override;
  void Leave(uint32_t trial) override;
  std::vector<RaceEvent> Advance() override;

  const Race& race() const override { return race_; }
  uint32_t round() const override { return 0; }
  // The lowest open fold of each trial in flight; then their other ones, breadth first not of
  // trials in their first fold, in which most are stopped; then the lowest of each that waits, the
  // leading one's first.
  std::vector<FoldToTrain> FoldsToTrain() const override;

 private:
  using Kind = RaceEvent::Kind;
  using Phase = RacingTrial::Phase;
  struct News {
    uint32_t trial = 0;
    bool is_fold_over = false;
  };

  bool Is(Phase phase, uint32_t trial) const { return race_.trials[trial].phase == phase; }
  // True if all its folds are at its rung.
  bool IsAtRung(uint32_t trial) const;
  uint32_t TargetOf(uint32_t trial) const { return rungs_.EpochsOf(trial)[rung_[trial]]; }
  // Whether results of a trial were decided about when they came.
  bool IsPast(uint32_t trial) const { return takes_past_ && trial < past_.trials; }
  void ReportToRungs(uint32_t trial);
  void Judge(const News& news);
  void StopIfDecided(uint32_t trial);
  // Of a running trial: ends it, lets it go on to the next rung, or pauses it, if it is at one.
  void Advance(uint32_t trial);
  // Whether a trial that is at a rung goes on to the next one.
  bool GoesOn(uint32_t trial) const;
  void ResumePromoted();
  void StopPausedAtTheEnd();
  bool NothingRunsOrComes() const;
  // Lets a trial wait that has just ended a fold and has more.
  void WaitIfDue(uint32_t trial);
  void ResumeLeading();
  std::vector<uint32_t> Waiting() const;
  std::vector<uint32_t> OpenFolds(uint32_t trial) const;
  std::string WhyPaused(uint32_t trial) const;
  void Tell(Kind kind, uint32_t trial, std::string reason);

  Race race_;
  Limits limits_;
  Rungs rungs_;
  const std::unique_ptr<RacingRule> rule_;
  PastDecisions past_;
  std::set<uint32_t> left_;     // of it
  bool takes_past_ = true;      // until the first Advance: what is reported lies behind past_
  std::vector<uint32_t> rung_;  // by trial: the one that it trains for, from 0
  std::vector<News> news_;      // reported since the last Advance
  std::vector<RaceEvent> events_;
};

}  // namespace pleat
