#include "common/base/retry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pleat {
namespace {

TEST(BackoffMs, DoublesUpToTheLargestWaitWithinHalfOfIt) {
  const Backoff backoff{.initial_ms = 100, .max_ms = 10'000};
  for (uint32_t retry = 0; retry < 40; ++retry) {
    const int64_t full = std::min<int64_t>(10'000, int64_t{100} << std::min(retry, 20u));
    for (uint64_t key = 0; key < 50; ++key) {
      const int64_t wait = BackoffMs(backoff, retry, key);
      EXPECT_GE(wait, full - full / 2);
      EXPECT_LE(wait, full);
    }
  }
}

TEST(BackoffMs, IsTheSameForTheSameKeyAndSpreadsOverKeys) {
  const Backoff backoff;
  EXPECT_EQ(BackoffMs(backoff, 3, 9), BackoffMs(backoff, 3, 9));
  std::set<int64_t> waits;
  for (uint64_t key = 0; key < 50; ++key) waits.insert(BackoffMs(backoff, 3, key));
  EXPECT_GT(waits.size(), 30u);
}

TEST(BackoffMs, DoesNotOverflowHoweverOftenItIsAsked) {
  const Backoff backoff{.initial_ms = 1, .max_ms = INT64_MAX};
  EXPECT_GE(BackoffMs(backoff, UINT32_MAX, 1), INT64_MAX / 2);
}

}  // namespace
}  // namespace pleat
