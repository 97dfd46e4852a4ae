#include "coordinator/core/space_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

StoreSpace Free(uint64_t free_mib) { return {free_mib * kMebibyte, 1'000'000 * kMebibyte}; }

TEST(SpaceGuard, IsShortBelowTheMarkAndSpentBelowAQuarterOfIt) {
  SpaceGuard guard;
  EXPECT_FALSE(guard.IsShort());
  guard.Report(Free(64), 64 * kMebibyte);
  EXPECT_FALSE(guard.IsShort());
  EXPECT_EQ(guard.reason(), "");
  guard.Report(Free(63), 64 * kMebibyte);
  EXPECT_TRUE(guard.IsShort());
  EXPECT_FALSE(guard.IsSpent());
  EXPECT_THAT(guard.reason(), testing::HasSubstr("63.0 MiB free, less than 64.0 MiB"));
  guard.Report(Free(15), 64 * kMebibyte);
  EXPECT_TRUE(guard.IsSpent());
}

TEST(SpaceGuard, GoesOnAQuarterAboveTheMark) {
  SpaceGuard guard;
  guard.Report(Free(10), 64 * kMebibyte);
  guard.Report(Free(79), 64 * kMebibyte);
  EXPECT_TRUE(guard.IsShort());
  guard.Report(Free(80), 64 * kMebibyte);
  EXPECT_FALSE(guard.IsShort());
  guard.Report(Free(79), 64 * kMebibyte);
  EXPECT_FALSE(guard.IsShort());
}

TEST(SpaceGuard, KeepsHalfAPercentOfASmallDisk) {
  SpaceGuard guard;
  guard.Report({5 * kMebibyte, 1'000 * kMebibyte}, 64 * kMebibyte);
  EXPECT_FALSE(guard.IsShort());
  guard.Report({5 * kMebibyte - 1, 1'000 * kMebibyte}, 64 * kMebibyte);
  EXPECT_TRUE(guard.IsShort());
}

TEST(SpaceGuard, NeverRefusesWithoutAMark) {
  SpaceGuard guard;
  guard.Report({0, 1'000 * kMebibyte}, 0);
  EXPECT_FALSE(guard.IsShort());
}

}  // namespace
}  // namespace pleat
