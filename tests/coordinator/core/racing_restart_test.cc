// Races that people change while coordinators come and go: a new one decides as the old one would.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "tests/coordinator/core/racing_cluster.h"

namespace pleat {
namespace {

// What the journal says of trials, with the rounds.
std::vector<std::string> Decisions(const RacingCluster& cluster) {
  std::vector<std::string> decisions;
  for (const v1::JournalRecord& record : cluster.core.journal) {
    if (record.has_trial_added() || record.has_trial_paused() || record.has_trial_resumed() ||
        record.has_trial_stopped() || record.has_trial_finished() || record.has_search_ended()) {
      v1::JournalRecord decision = record;
      decision.clear_sequence();
      decisions.push_back(decision.ShortDebugString());
    }
  }
  return decisions;
}

// Two of which one gets a new coordinator after some turns. Its groups keep their leases, so both
// have the same turns.
class TwoClusters {
 public:
  TwoClusters(const v1::SweepSpec& spec, size_t groups, uint64_t seed)
      : random_(seed, RandomPurpose::kSearch),
        groups_(groups),
        calm(spec, groups),
        restarted(spec, groups) {
    for (RacingCluster* cluster : {&calm, &restarted}) cluster->may_be_stale = true;
  }

  // Until all trials ended, or no group had anything to do for long.
  void Play() {
    for (size_t idle = 0; !calm.core.sweep("a").AllTrialsEnded(); ++turns) {
      const auto group = static_cast<size_t>(random_.NextBelow(groups_));
      const bool worked = calm.Turn(group);
      ASSERT_EQ(restarted.Turn(group), worked) << "in turn " << turns;
      idle = worked ? 0 : idle + 1;
      ASSERT_LT(idle, 200 * groups_) << "nothing to do, though trials are open";
      if (random_.NextBelow(4) == 0) restarted.Restart();
      if (random_.NextBelow(12) == 0) Change();
      if (random_.NextBelow(4) == 0) restarted.Restart();
      ASSERT_FALSE(testing::Test::HasFatalFailure());
    }
  }

 private:
  void Change() {
    const uint64_t kind = random_.NextBelow(5);
    const auto trial = static_cast<uint32_t>(random_.NextBelow(calm.core.sweep("a").trials.size()));
    const std::string at_once = absl::StrCat(1 + random_.NextBelow(4));
    const std::string budget = random_.NextBelow(2) == 0 ? "150" : "none";
    const auto change = [&](CoreHarness& core) {
      if (kind == 0) return core.CancelTrial("a", trial);
      if (kind == 1) return core.Extend("a", 1);
      if (kind == 2) return core.Retry("a", trial);
      if (kind == 3) {
        return core.ChangeLimits("a", {absl::StrCat("resources.max_concurrent_trials=", at_once)});
      }
      return core.ChangeLimits("a", {absl::StrCat("search.budget.fold_epochs=", budget)});
    };
    ASSERT_EQ(change(calm.core).code(), change(restarted.core).code()) << "change " << kind;
  }

  RandomStream random_;
  const size_t groups_;

 public:
  RacingCluster calm, restarted;
  size_t turns = 0;
};

class RacingRestart : public testing::TestWithParam<const char*> {};

TEST_P(RacingRestart, ChangesNoDecision) {
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    const bool is_reproducible = seed % 4 != 0;
    v1::SweepSpec spec =
        RacingSweep(GetParam(), 1 + seed % 4, is_reproducible ? "" : "  reproducible: false\n");
    spec.mutable_search()->set_max_trials(5 + seed % 7);
    if (seed % 3 == 0) spec.mutable_cross_validation()->mutable_k_fold()->set_folds(2);
    TwoClusters both(spec, 1 + seed % 6, seed);
    ASSERT_NO_FATAL_FAILURE(both.Play()) << "seed " << seed;
    ASSERT_EQ(Decisions(both.restarted), Decisions(both.calm)) << "seed " << seed;
    EXPECT_EQ(both.calm.core.sweep("a").trials_paused, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RacingRestart,
                         testing::Values("fold_racing: {}", "fold_racing: {false_stop_rate: 0.3}",
                                         "asha: {eta: 2}",
                                         "asha: {eta: 2, brackets: 2}, fold_racing: {}"));

}  // namespace
}  // namespace pleat
