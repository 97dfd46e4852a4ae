// Times between records, whose clocks may have jumped.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pleat {

// Milliseconds from one time of the wall clock to another: 0 if that is not later, and a century at
// most, so that sums of them hold.
inline int64_t ElapsedMs(int64_t from_unix_ms, int64_t to_unix_ms) {
  constexpr int64_t kCenturyMs = int64_t{100} * 366 * 24 * 3600 * 1000;
  int64_t elapsed_ms = 0;
  if (to_unix_ms <= from_unix_ms) return 0;
  if (__builtin_sub_overflow(to_unix_ms, from_unix_ms, &elapsed_ms)) return kCenturyMs;
  return std::min(elapsed_ms, kCenturyMs);
}

}  // namespace pleat
