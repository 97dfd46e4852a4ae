// One simulated life of a coordinator and its clients, all of which follows from a seed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/coordinator_host.h"
#include "tests/simulation/scenario.h"

namespace pleat::simulation {

struct SimulationReport {
  std::string scenario;
  std::string violation;  // empty: all that must hold did
  std::map<std::string, uint64_t> counts;
  std::vector<std::string> history;  // if it was asked for
  uint64_t events = 0;
  int64_t virtual_ms = 0;
};

// Runs the scenario that the seed chooses, breaks things, mends them, and checks that all comes to
// its end, to the outcome of a calm run. Thread-safe.
SimulationReport Simulate(uint64_t seed, bool traces = false);

}  // namespace pleat::simulation
