// Virtual time: what is to happen, and when.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "common/base/clock.h"

namespace pleat::simulation {

// Runs events by time; those of one moment in the order in which they were put in.
class EventQueue {
 public:
  using Event = std::function<void()>;

  int64_t now_ms() const { return now_ms_; }
  uint64_t events() const { return ran_; }

  void After(int64_t wait_ms, Event event) {
    events_.push({now_ms_ + wait_ms, ++put_in_, std::move(event)});
  }
  // False: there is nothing left to happen.
  bool RunNext() {
    if (events_.empty()) return false;
    // A priority queue hands out its top as const only.
    Entry next = std::move(const_cast<Entry&>(events_.top()));
    events_.pop();
    now_ms_ = next.at_ms;
    ++ran_;
    next.event();
    return true;
  }

 private:
  struct Entry {
    int64_t at_ms;
    uint64_t number;
    Event event;

    bool operator<(const Entry& other) const {
      return std::pair(at_ms, number) > std::pair(other.at_ms, other.number);
    }
  };

  int64_t now_ms_ = 0;
  uint64_t put_in_ = 0;
  uint64_t ran_ = 0;
  std::priority_queue<Entry> events_;
};

// Clocks over virtual time; the wall clock jumps when it is told to.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(const EventQueue& events) : events_(events) {}

  int64_t SteadyMs() const override { return events_.now_ms(); }
  int64_t UnixMs() const override { return kBeginMs + events_.now_ms() + jumped_ms_; }
  void JumpWallClock(int64_t ms) { jumped_ms_ += ms; }

 private:
  static constexpr int64_t kBeginMs = 1'700'000'000'000;

  const EventQueue& events_;
  int64_t jumped_ms_ = 0;
};

}  // namespace pleat::simulation
