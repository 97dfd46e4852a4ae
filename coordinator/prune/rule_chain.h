// Several rules in one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "coordinator/prune/racing_rule.h"

namespace pleat {

// Stops what one of its rules does, for the reason of the first; without rules nothing.
class RuleChain final : public RacingRule {
 public:
  explicit RuleChain(std::vector<std::unique_ptr<RacingRule>> rules) : rules_(std::move(rules)) {}

 private:
  RaceDecision Judge(const Race& race, uint32_t trial) override {
    for (const std::unique_ptr<RacingRule>& rule : rules_) {
      RaceDecision decision = rule->Decide(race, trial);
      if (decision.stop) return decision;
    }
    return {};
  }

  const std::vector<std::unique_ptr<RacingRule>> rules_;
};

}  // namespace pleat
