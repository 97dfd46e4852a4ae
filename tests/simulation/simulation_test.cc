// Seeds of the simulation: as many as CI has time for.
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

#include "tests/simulation/run_seeds.h"

namespace pleat::simulation {
namespace {

TEST(Simulation, ComesToTheCalmOutcomeWhateverBreaks) {
  const SeedsReport report = RunSeeds({.first = 1, .count = PLEAT_SIMULATED_SEEDS, .threads = 2});
  ASSERT_FALSE(report.failed.has_value())
      << "seed " << *report.failed << ", " << report.violation << "\n"
      << ReplayCommand(*report.failed);
  // Faults that never strike would prove nothing.
  for (const char* fault : {"bit flipped in the journal",
                            "call tried again",
                            "checkpoint damaged",
                            "coordinator killed",
                            "coordinator lost power",
                            "coordinator paused",
                            "cut off",
                            "disk of the journal full",
                            "effect failed",
                            "fold miscomputed",
                            "fold paused",
                            "fold went on from a checkpoint",
                            "lease lost",
                            "message doubled",
                            "message held",
                            "message lost",
                            "stale result refused",
                            "started from a snapshot",
                            "disk of the journal short of space",
                            "user was refused for want of space",
                            "store full",
                            "swizzle-clog",
                            "wall clock jumped",
                            "work failed",
                            "worker hung",
                            "worker killed",
                            "worker left",
                            "worker paused",
                            "worker waits for space"}) {
    EXPECT_TRUE(report.counts.contains(fault)) << fault;
  }
}

TEST(Simulation, FollowsFromTheSeedAlone) {
  for (uint64_t seed = 1; seed <= Scenarios().size(); ++seed) {
    const SimulationReport first = Simulate(seed, /*traces=*/true);
    const SimulationReport again = Simulate(seed, /*traces=*/true);
    EXPECT_GT(first.history.size(), 100u);
    EXPECT_EQ(first.history, again.history) << "seed " << seed;
  }
}

}  // namespace
}  // namespace pleat::simulation
