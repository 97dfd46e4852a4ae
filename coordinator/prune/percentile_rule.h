// Stops what is worse than most trials were after as many epochs.
#pragma once

#include <optional>
#include <vector>

#include "coordinator/prune/racing_rule.h"

namespace pleat {

// A trial is compared by the mean, over its folds so far, of the best score of each, with what
// other trials had on the same folds after as many epochs. It stops if it is not among the best
// `keep_percent` of them; 50: the median rule (Golovin et al. 2017, "Google Vizier").
class PercentileRule final : public RacingRule {
 public:
  struct Settings {
    double keep_percent = 50;
    uint32_t startup_trials = 4;  // others that have come as far, before anything stops
    uint32_t warmup_epochs = 0;   // of a fold that no trial stops in
    uint32_t patience = 0;  // epochs of a fold without a better score before its trial may stop
  };
  explicit PercentileRule(const Settings& settings) : settings_(settings) {}

 private:
  RaceDecision Judge(const Race& race, uint32_t trial) override;
  bool IsDue(const Race& race, uint32_t trial) const;

  const Settings settings_;
};

}  // namespace pleat
