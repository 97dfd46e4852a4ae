// The network between clients and the coordinator.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/simulation/dice.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/watchdog.h"

namespace pleat::simulation {

enum class Direction { kToCoordinator, kToClient };

// One link for each client, each with two directions. Messages take time, so they overtake each
// other; they may be lost, come twice, or wait while their link is clogged.
class SimulatedNetwork {
 public:
  SimulatedNetwork(EventQueue& events, Dice& dice, Watchdog& watchdog, size_t links)
      : events_(events), dice_(dice), watchdog_(watchdog), links_(links) {}

  // `arrive` runs at the other end: never, once or twice.
  void Send(size_t link, Direction direction, EventQueue::Event arrive);

  // -- Faults.
  void SetTroubles(double loss, double duplication, int64_t longest_ms);
  // Nothing comes through in this direction, until Heal.
  void Cut(size_t link, Direction direction);
  // Messages of both directions wait, until Unclog.
  void Clog(size_t link);
  void Unclog(size_t link);
  void Heal(size_t link);

  size_t links() const { return links_.size(); }

 private:
  struct Link {
    bool cut[2] = {false, false};
    bool is_clogged = false;
    std::vector<EventQueue::Event> waiting;
  };

  EventQueue& events_;
  Dice& dice_;
  Watchdog& watchdog_;
  std::vector<Link> links_;
  double loss_ = 0;
  double duplication_ = 0;
  int64_t longest_ms_ = 5;
};

}  // namespace pleat::simulation
