// That a snapshot and the records since come to the state of a full replay is checked at every
// restart of the harness; here is what is refused, and what is left out.
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

absl::StatusOr<bool> HasAll(uint64_t) { return true; }

TEST(StateSnapshot, OfAnotherFormatIsRefusedAndLeavesNothing) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  v1::StateSnapshot snapshot = core.state().Snapshot();
  snapshot.set_format(State::kSnapshotFormat + 1);
  State state{ReplyLimits()};
  EXPECT_TRUE(absl::IsFailedPrecondition(state.Load(snapshot, HasAll)));
  EXPECT_EQ(state.sequence(), 0);
  EXPECT_TRUE(state.sweeps().empty());
}

TEST(StateSnapshot, ThatDoesNotHoldTogetherIsRefusedAndLeavesNothing) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  v1::StateSnapshot snapshot = core.state().Snapshot();
  snapshot.mutable_sweeps(0)->mutable_tasks(0)->set_task("nonsense");
  State state{ReplyLimits()};
  EXPECT_TRUE(absl::IsDataLoss(state.Load(snapshot, HasAll)));
  EXPECT_EQ(state.sequence(), 0);
  EXPECT_TRUE(state.live_sweeps().empty());
}

TEST(StateSnapshot, LeavesOutSweepsAndStudiesThatTheJournalHasDropped) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  ASSERT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  core.Register("w");
  ASSERT_TRUE(core.Acquire("w").has_lease());
  const uint64_t first = core.sweep("a").rank.sequence;
  State state{ReplyLimits()};
  ASSERT_TRUE(
      state.Load(core.state().Snapshot(), [&](uint64_t sequence) { return sequence != first; })
          .ok());
  EXPECT_EQ(state.FindSweep("a"), nullptr);
  EXPECT_NE(state.FindSweep("b"), nullptr);
  EXPECT_EQ(state.live_sweeps().size(), 1);
  EXPECT_TRUE(state.held().empty());
}

}  // namespace
}  // namespace pleat
