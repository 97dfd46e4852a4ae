// Time, read only at the edges of the system; everything inside takes it as an argument.
#pragma once

#include <cstdint>
#include <memory>

namespace pleat {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Steady milliseconds since an arbitrary start; for durations and deadlines.
  virtual int64_t SteadyMs() const = 0;
  // Milliseconds since 1970; only ever a label.
  virtual int64_t UnixMs() const = 0;
};

// The machine's clocks.
const Clock& SystemClock();

// A clock that moves only when told; both of its times move together. Not thread-safe.
class FakeClock final : public Clock {
 public:
  int64_t SteadyMs() const override { return now_ms_; }
  int64_t UnixMs() const override { return kEpochMs + now_ms_; }
  void AdvanceMs(int64_t ms) { now_ms_ += ms; }

 private:
  static constexpr int64_t kEpochMs = 1'700'000'000'000;
  int64_t now_ms_ = 0;
};

}  // namespace pleat
