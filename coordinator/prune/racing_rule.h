// When a trial of a race can no longer matter.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "coordinator/prune/race.h"

namespace pleat {

struct RaceDecision {
  bool stop = false;
  // Of a stop: why, in words and numbers.
  std::string reason;
};

// A rule's decisions are functions of the race alone. An object serves one race, which only grows:
// it may keep what it derived from curves that are complete. For one thread at a time.
class RacingRule {
 public:
  virtual ~RacingRule() = default;

  // Whether a trial that runs or waits stops. Trial 0 never does, so that there is something to
  // compare with; any other whose folds gave no finite score so far, though one or more are over,
  // does.
  RaceDecision Decide(const Race& race, uint32_t trial);

 private:
  virtual RaceDecision Judge(const Race& race, uint32_t trial) = 0;
};

}  // namespace pleat
