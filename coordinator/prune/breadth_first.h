// Races in which trials wait after each fold: which of them goes on, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/prune/fold_race.h"
#include "coordinator/prune/race.h"

namespace pleat {

// Each is judged whenever a fold is over, beside all that run or wait.
inline constexpr size_t kMostWaiting = 64;

// `trials` by how far they lag, the leading one first, of equal ones the one that stands first: the
// mean, over a trial's folds with a final score, of what each lacks to the best one on that fold.
// Those without such a fold are last.
std::vector<uint32_t> ByLag(const Race& race, std::vector<uint32_t> trials);

// Of one that goes on in the round after which it was to wait: takes that back, so that nobody is
// told of either. False: it was not to wait.
bool TakeBackPause(uint32_t trial, uint32_t round, std::vector<RaceEvent>* events);

// Reasons, as people read them.
std::string WhyItWaits();
std::string WhyItLeads(size_t waiting);

}  // namespace pleat
