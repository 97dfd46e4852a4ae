// How long to wait before a call is tried again.
#pragma once

#include <cstdint>

namespace pleat {

// Exponential back-off: the waits double from `initial_ms` up to `max_ms`.
struct Backoff {
  int64_t initial_ms = 100;
  int64_t max_ms = 10'000;
};

// The wait before retry number `retry` (from 0): between half and all of
// min(initial_ms * 2^retry, max_ms). Where in between is a pure function of `jitter_key` and
// `retry`, so that clients with different keys spread out, and tests know the answer.
int64_t BackoffMs(const Backoff& backoff, uint32_t retry, uint64_t jitter_key);

}  // namespace pleat
