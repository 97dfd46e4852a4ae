#include "tests/simulation/simulated_network.h"

#include <utility>

namespace pleat::simulation {
namespace {

// A duplicate is late: that of a call which was tried again meanwhile.
constexpr int64_t kLatestDuplicateMs = 8'000;

}  // namespace

void SimulatedNetwork::Send(size_t number, Direction direction, EventQueue::Event arrive) {
  Link& link = links_[number];
  if (link.cut[static_cast<size_t>(direction)]) return watchdog_.Count("cut off");
  if (dice_.Chance(loss_)) return watchdog_.Count("message lost");
  if (link.is_clogged) {
    watchdog_.Count("message held");
    link.waiting.push_back(std::move(arrive));
    return;
  }
  if (dice_.Chance(duplication_)) {
    watchdog_.Count("message doubled");
    events_.After(dice_.Between(1, kLatestDuplicateMs), arrive);
  }
  events_.After(dice_.Between(1, longest_ms_), std::move(arrive));
}

void SimulatedNetwork::SetTroubles(double loss, double duplication, int64_t longest_ms) {
  loss_ = loss;
  duplication_ = duplication;
  longest_ms_ = longest_ms;
}

void SimulatedNetwork::Cut(size_t link, Direction direction) {
  links_[link].cut[static_cast<size_t>(direction)] = true;
}

void SimulatedNetwork::Clog(size_t link) { links_[link].is_clogged = true; }

void SimulatedNetwork::Unclog(size_t number) {
  Link& link = links_[number];
  link.is_clogged = false;
  for (EventQueue::Event& arrive : std::exchange(link.waiting, {})) {
    events_.After(dice_.Between(1, longest_ms_), std::move(arrive));
  }
}

void SimulatedNetwork::Heal(size_t link) {
  links_[link].cut[0] = links_[link].cut[1] = false;
  Unclog(link);
}

}  // namespace pleat::simulation
