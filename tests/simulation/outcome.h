// What sweeps have come to, apart from how.
#pragma once

#include <string>

#include "coordinator/core/state.h"

namespace pleat::simulation {

// Trials, how they ended, results, members and the ensemble's bytes of all sweeps, as text. No
// attempts, workers, times or paths: equal outcomes have equal texts.
std::string OutcomeText(const State& state);

}  // namespace pleat::simulation
