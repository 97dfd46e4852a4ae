#include "coordinator/service/lease_clock.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(LeaseClock, CountsASecondOfEachTurnAtMost) {
  FakeClock clock;
  LeaseClock leases(clock, /*lease_ttl_ms=*/20'000);
  clock.AdvanceMs(700);
  EXPECT_EQ(leases.Advance().lease_ms, 700);
  clock.AdvanceMs(3'600'000);
  EXPECT_EQ(leases.Advance().lease_ms, 1'700);
}

TEST(LeaseClock, CountsLessThanAShortLeaseLasts) {
  FakeClock clock;
  LeaseClock leases(clock, /*lease_ttl_ms=*/400);
  clock.AdvanceMs(3'600'000);
  EXPECT_EQ(leases.Advance().lease_ms, 100);
}

}  // namespace
}  // namespace pleat
