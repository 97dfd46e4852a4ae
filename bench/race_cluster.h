// Groups that train the folds of a race, simulated: what a race costs beside what it decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/racing_rule.h"

namespace pleat {

// [trial][fold][epoch], higher is better.
using ScoreTable = std::vector<std::vector<std::vector<double>>>;

// How trials are raced.
struct Way {
  uint32_t groups = 1;
  uint32_t at_once = 1;         // trials in flight
  bool is_reproducible = true;  // decided in logical order, else at the moment
};

std::string ModeName(const Way& way);

// The product's race of so many trials, without rungs on the way. `shape` has no trials yet.
std::unique_ptr<FoldRace> MakeRace(const Race& shape, uint32_t trials, const Way& way,
                                   uint32_t most_ahead, std::unique_ptr<RacingRule> rule);

// Lets groups train what they may, an epoch at a time, until the race is over. The number of epochs
// that were begun, those included that were trained ahead and those that a stop cut off. Groups and
// trials differ in speed by what `seed` draws.
uint32_t EpochsToRace(const ScoreTable& scores, const Way& way, uint32_t seed, FoldRace& race);

}  // namespace pleat
