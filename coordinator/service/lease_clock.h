// The clock that leases live on.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/clock.h"
#include "common/base/protections.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// Steady time, of which each turn counts at most a second, or a quarter of a lease's term if that
// is less: a coordinator that was stopped for an hour expires nobody on waking. Begins at 0. Not
// thread-safe.
class LeaseClock {
 public:
  static constexpr int64_t kLongestTurnMs = 1'000;

  // `clock` must outlive it.
  LeaseClock(const Clock& clock, int64_t lease_ttl_ms)
      : clock_(clock),
        longest_turn_ms_(std::clamp<int64_t>(lease_ttl_ms / 4, 1, kLongestTurnMs)),
        last_steady_ms_(clock.SteadyMs()) {}

  // The times of the turn that begins.
  Now Advance() {
    if (!IsOn(Protection::kLeaseClock)) return {clock_.UnixMs(), clock_.UnixMs()};
    const int64_t steady_ms = clock_.SteadyMs();
    lease_ms_ += std::min(steady_ms - last_steady_ms_, longest_turn_ms_);
    last_steady_ms_ = steady_ms;
    return {lease_ms_, clock_.UnixMs()};
  }

 private:
  const Clock& clock_;
  const int64_t longest_turn_ms_;
  int64_t lease_ms_ = 0;
  int64_t last_steady_ms_;
};

}  // namespace pleat
