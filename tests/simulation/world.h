// What all who take part in a simulation share.
#pragma once

#include "tests/simulation/dice.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/simulated_network.h"
#include "tests/simulation/simulated_store.h"
#include "tests/simulation/watchdog.h"

namespace pleat::simulation {

struct World {
  World(uint64_t seed, size_t links, bool traces)
      : dice(seed), watchdog(events, traces), network(events, dice, watchdog, links) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  EventQueue events;
  VirtualClock clock{events};
  Dice dice;
  Watchdog watchdog;
  SimulatedNetwork network;
  SimulatedStore store;
  // How likely it is that a file is damaged when somebody goes on from it.
  double damages = 0;
};

}  // namespace pleat::simulation
