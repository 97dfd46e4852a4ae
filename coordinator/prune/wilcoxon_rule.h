// Stops by a signed-rank test on paired folds.
#pragma once

#include "coordinator/prune/racing_rule.h"

namespace pleat {

// A trial stops when its finished folds lie below the same folds of the best ended trial by
// Wilcoxon's signed-rank test, and their mean does too. Of k folds no p value is below 2^-k.
class WilcoxonRule final : public RacingRule {
 public:
  // Stops at p values below `p_threshold`.
  explicit WilcoxonRule(double p_threshold) : p_threshold_(p_threshold) {}

 private:
  RaceDecision Judge(const Race& race, uint32_t trial) override;

  const double p_threshold_;
};

}  // namespace pleat
