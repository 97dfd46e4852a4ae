// Many seeds on several threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/simulation/simulation.h"

namespace pleat::simulation {

struct SeedRange {
  uint64_t first = 1;
  uint64_t count = 1;
  unsigned threads = 1;
};

struct SeedsReport {
  uint64_t ran = 0;
  std::optional<uint64_t> failed;  // the lowest seed with a violation, and what it was
  std::string violation;
  std::map<std::string, uint64_t> counts;  // of all seeds
  uint64_t events = 0;
  int64_t virtual_ms = 0;
};

// Stops at the first violation.
SeedsReport RunSeeds(const SeedRange& seeds);

// The command that plays one seed again.
std::string ReplayCommand(uint64_t seed);

}  // namespace pleat::simulation
