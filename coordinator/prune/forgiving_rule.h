// Stops what is worse on average than the best trial is at its worst.
#pragma once

#include "coordinator/prune/racing_rule.h"

namespace pleat {

// The mean over a trial's finished folds is compared with the lowest fold of the best ended trial
// (Bergman, Purucker, Hutter 2024, "Don't waste your time: early stopping cross-validation").
class ForgivingRule final : public RacingRule {
 private:
  RaceDecision Judge(const Race& race, uint32_t trial) override;
};

}  // namespace pleat
