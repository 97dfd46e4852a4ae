#include "coordinator/core/lease_table.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

constexpr uint32_t kTtlMs = 100;
constexpr uint32_t kProgressTimeoutMs = 1'000;

const TaskRef kFirst{"a", {TaskKind::kTrainFold, 0, 0}};
const TaskRef kSecond{"a", {TaskKind::kTrainFold, 0, 1}};

v1::Progress At(uint32_t epoch, uint64_t step) {
  v1::Progress progress;
  progress.set_epoch(epoch);
  progress.set_step(step);
  return progress;
}

TEST(LeaseTable, LosesALeaseAtItsTimeToLiveAndNotBefore) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  EXPECT_TRUE(leases.FindLost(99).empty());
  ASSERT_EQ(leases.FindLost(100).size(), 1u);
  EXPECT_EQ(leases.FindLost(100)[0].task, kFirst);
  EXPECT_EQ(leases.FindLost(100)[0].message, "no heartbeat for 100 ms");
}

TEST(LeaseTable, KeepsALeaseThatIsRenewed) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  leases.Renew(kFirst, At(0, 1), 90);
  EXPECT_TRUE(leases.FindLost(189).empty());
  leases.Renew(kFirst, 180);
  EXPECT_TRUE(leases.FindLost(279).empty());
  EXPECT_EQ(leases.FindLost(280).size(), 1u);
}

TEST(LeaseTable, LosesALeaseWhosePositionStandsStillThoughItLives) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  for (int64_t now_ms = 0; now_ms <= 990; now_ms += 90) leases.Renew(kFirst, At(0, 0), now_ms);
  EXPECT_TRUE(leases.FindLost(999).empty());
  ASSERT_EQ(leases.FindLost(1'000).size(), 1u);
  EXPECT_EQ(leases.FindLost(1'000)[0].message, "no progress for 1000 ms");
}

TEST(LeaseTable, CountsStillnessFromTheLastMove) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  for (int64_t now_ms = 0; now_ms <= 1'440; now_ms += 90) {
    leases.Renew(kFirst, At(0, now_ms >= 450 ? 1 : 0), now_ms);
  }
  EXPECT_TRUE(leases.FindLost(1'449).empty());
  EXPECT_EQ(leases.FindLost(1'450).size(), 1u);
}

TEST(LeaseTable, CountsAnAcceptedEpochAsAMove) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  for (int64_t now_ms = 0; now_ms <= 1'440; now_ms += 90) {
    leases.Renew(kFirst, At(0, 0), now_ms);
    if (now_ms == 450) leases.Renew(kFirst, now_ms);
  }
  EXPECT_TRUE(leases.FindLost(1'449).empty());
  EXPECT_EQ(leases.FindLost(1'450).size(), 1u);
}

TEST(LeaseTable, FindsTheLostOnesAmongOthersEarliestFirst) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 20);
  leases.Grant(kSecond, 0);
  leases.Grant({"b", {}}, 50);
  const auto lost = leases.FindLost(120);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost[0].task, kSecond);
  EXPECT_EQ(lost[1].task, kFirst);
}

TEST(LeaseTable, ForgetsALeaseThatEnded) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  leases.Renew(kFirst, At(3, 4), 10);
  EXPECT_EQ(leases.FindProgress(kFirst)->step(), 4u);
  leases.End(kFirst);
  leases.Renew(kFirst, At(3, 5), 20);
  EXPECT_EQ(leases.FindProgress(kFirst), nullptr);
  EXPECT_TRUE(leases.FindLost(10'000).empty());
}

TEST(LeaseTable, StartsANewGrantAfresh) {
  LeaseTable leases(kTtlMs, kProgressTimeoutMs);
  leases.Grant(kFirst, 0);
  leases.Renew(kFirst, At(3, 4), 10);
  leases.Grant(kFirst, 500);
  EXPECT_EQ(leases.FindProgress(kFirst)->step(), 0u);
  EXPECT_TRUE(leases.FindLost(599).empty());
}

}  // namespace
}  // namespace pleat
