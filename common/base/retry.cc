#include "common/base/retry.h"

#include <algorithm>

#include "common/base/philox.h"

namespace pleat {

int64_t BackoffMs(const Backoff& backoff, uint32_t retry, uint64_t jitter_key) {
  int64_t wait_ms = std::min(backoff.initial_ms, backoff.max_ms);
  for (uint32_t i = 0; i < retry && wait_ms < backoff.max_ms; ++i) {
    wait_ms = wait_ms > backoff.max_ms / 2 ? backoff.max_ms : wait_ms * 2;
  }
  const int64_t half_ms = wait_ms / 2;
  RandomStream random(jitter_key, RandomPurpose::kRetryJitter, retry);
  return wait_ms - static_cast<int64_t>(random.NextBelow(static_cast<uint64_t>(half_ms) + 1));
}

}  // namespace pleat
