#include "coordinator/prune/racing_rule.h"

#include "absl/strings/str_cat.h"

namespace pleat {

RaceDecision RacingRule::Decide(const Race& race, uint32_t trial) {
  if (trial == 0 || !IsOpen(race.trials[trial])) return {};
  uint32_t over = 0;
  for (uint32_t fold = 0; fold < race.folds; ++fold) over += IsOver(race, trial, fold) ? 1 : 0;
  if (over > 0 && ScoredFolds(race, trial) == 0) {
    return {.stop = true,
            .reason = absl::StrCat("none of its ", over, " finished folds gave a finite score")};
  }
  return Judge(race, trial);
}

}  // namespace pleat
