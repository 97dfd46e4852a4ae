// A race decided on everything that is known at the moment.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/racing_rule.h"

namespace pleat {

// Every trial that is known takes part. It is judged at each of its epochs, and all are when a fold
// is over, so what is decided depends on the order in which results come. There are no rounds.
class PresentRace final : public FoldRace {
 public:
  // `shape` has no trials yet.
  PresentRace(Race shape, std::unique_ptr<RacingRule> rule, PastDecisions past = {});

  void AddTrial() override;
  void Report(uint32_t trial, uint32_t fold, uint32_t epoch, double score) override;
  void Fail(uint32_t trial, uint32_t fold) override;
  void Leave(uint32_t trial) override;
  std::vector<RaceEnd> Advance() override;

  const Race& race() const override { return race_; }
  uint32_t round() const override { return 0; }
  // The lowest open fold of each trial in flight, then their other ones.
  std::vector<FoldToTrain> FoldsToTrain() const override;

 private:
  bool IsRunning(uint32_t trial) const {
    return race_.trials[trial].phase == RacingTrial::Phase::kRunning;
  }
  bool HasEnded(uint32_t trial) const;
  void StopIfDecided(uint32_t trial, std::vector<RaceEnd>* ends);
  void End(uint32_t trial, RacingTrial::Phase how, std::string reason, std::vector<RaceEnd>* ends);

  struct News {
    uint32_t trial = 0;
    bool is_fold_over = false;
  };

  Race race_;
  const std::unique_ptr<RacingRule> rule_;
  const PastDecisions past_;
  std::vector<News> news_;  // reported since the last Advance
};

}  // namespace pleat
