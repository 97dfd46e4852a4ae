// A process that can be killed and stopped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "tests/simulation/event_queue.h"

namespace pleat::simulation {

// Everything that a simulated program does, it does in events of its process. A kill takes all of
// them away; a pause (SIGSTOP) puts them off until its end, in their order.
class Process {
 public:
  explicit Process(EventQueue& events) : events_(events) {}

  void After(int64_t wait_ms, EventQueue::Event event) {
    events_.After(wait_ms, [this, life = life_, event = std::move(event)]() mutable {
      Run(life, std::move(event));
    });
  }
  void Kill() {
    ++life_;
    paused_until_ms_ = 0;
  }
  void PauseFor(int64_t ms) {
    paused_until_ms_ = std::max(paused_until_ms_, events_.now_ms() + ms);
  }
  bool paused() const { return paused_until_ms_ > events_.now_ms(); }

 private:
  void Run(uint64_t life, EventQueue::Event event) {
    if (life != life_) return;
    if (!paused()) return event();
    events_.After(
        paused_until_ms_ - events_.now_ms(),
        [this, life, event = std::move(event)]() mutable { Run(life, std::move(event)); });
  }

  EventQueue& events_;
  uint64_t life_ = 0;
  int64_t paused_until_ms_ = 0;
};

}  // namespace pleat::simulation
