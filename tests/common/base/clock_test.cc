#include "common/base/clock.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

TEST(FakeClock, MovesOnlyWhenToldAndBothTimesTogether) {
  FakeClock clock;
  const int64_t steady = clock.SteadyMs();
  const int64_t unix = clock.UnixMs();
  EXPECT_EQ(clock.SteadyMs(), steady);
  clock.AdvanceMs(250);
  EXPECT_EQ(clock.SteadyMs(), steady + 250);
  EXPECT_EQ(clock.UnixMs(), unix + 250);
}

TEST(SystemClock, NeverGoesBackAndCountsMillisecondsSince1970) {
  const Clock& clock = SystemClock();
  const int64_t before = clock.SteadyMs();
  EXPECT_GE(clock.SteadyMs(), before);
  EXPECT_GT(clock.UnixMs(), int64_t{1'600'000'000'000});
  EXPECT_LT(clock.UnixMs(), int64_t{10'000'000'000'000});
}

}  // namespace
}  // namespace pleat
