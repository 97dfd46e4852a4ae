// The sweeps that are simulated, and what users do with them.
#pragma once

#include <string>
#include <vector>

#include "tests/simulation/simulated_user.h"

namespace pleat::simulation {

struct Scenario {
  std::string name;
  // What each user does.
  std::vector<std::vector<UserStep>> users;
  bool is_audited = false;  // each fold is trained twice
};

// In each of them faults and timing must not change what comes out: changes that users make are
// accepted at any time, and those that come too early or too late are undone or asked again.
const std::vector<Scenario>& Scenarios();

}  // namespace pleat::simulation
