// Searches that end because their budget is spent.
#include "coordinator/core/search_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// Ten trials of two folds of four epochs, two trials in flight.
v1::SweepSpec Spec() {
  v1::SweepSpec spec = SmallSweep("a", 10, 2);
  spec.mutable_training()->set_epochs(4);
  spec.mutable_resources()->set_max_concurrent_trials(2);
  return spec;
}

v1::BudgetSpec& BudgetOf(v1::SweepSpec& spec) { return *spec.mutable_search()->mutable_budget(); }

void Begin(CoreHarness& core, const v1::SweepSpec& spec, int workers = 1, uint32_t ranks = 1) {
  for (int i = 0; i < workers; ++i) core.Register(absl::StrCat("w", i), ranks);
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Prepare("w0");
}

void Train(CoreHarness& core, const v1::Lease& lease, uint32_t epochs) {
  for (uint32_t epoch = 1; epoch <= epochs; ++epoch) {
    ASSERT_TRUE(core.ReportEpoch(lease, epoch).ok());
  }
  ASSERT_TRUE(core.Complete(lease).ok());
}

// Trains all folds, each for this many epochs; of those that are held `turn` gives the next to end.
// The number of trials.
size_t Play(CoreHarness& core, int workers, uint32_t epochs,
            const std::function<size_t(size_t)>& turn) {
  std::map<std::string, v1::Lease> held;
  while (!core.sweep("a").AllTrialsEnded()) {
    for (int i = 0; i < workers; ++i) {
      const std::string worker = absl::StrCat("w", i);
      if (held.contains(worker)) continue;
      const v1::AcquireTaskResponse task = core.Acquire(worker);
      if (task.has_lease()) held[worker] = task.lease();
    }
    if (held.empty()) {
      ADD_FAILURE() << "nothing to do, though trials are open";
      break;
    }
    const auto chosen = std::next(held.begin(), turn(held.size()));
    Train(core, chosen->second, epochs);
    held.erase(chosen);
  }
  return core.sweep("a").trials.size();
}

size_t First(size_t) { return 0; }
size_t Last(size_t count) { return count - 1; }

TEST(SearchBudget, EndsWhenTheFoldEpochsAreSpentAndMakesTheEnsemble) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  BudgetOf(spec).set_fold_epochs(20);
  Begin(core, spec);
  EXPECT_EQ(Play(core, 1, 4, First), 3u);
  const v1::SearchEnded& ended = *core.sweep("a").search_ended;
  EXPECT_EQ(ended.budget(), "fold_epochs");
  EXPECT_EQ(ended.spent(), 24);
  EXPECT_EQ(ended.limit(), 20);
  EXPECT_EQ(ended.trials(), 3u);
  EXPECT_EQ(ended.reason(), "search.budget.fold_epochs is spent: 24 of 20 fold-epochs");
  EXPECT_EQ(core.Get("a").search_ended().reason(), ended.reason());
  core.Restart();
  core.Register("w0");
  core.Finish("a", "w0");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(std::ranges::count_if(core.journal,
                                  [](const auto& record) { return record.has_search_ended(); }),
            1);
}

TEST(SearchBudget, CountsTheEpochsOfFoldsThatEndedEarly) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  BudgetOf(spec).set_fold_epochs(20);
  Begin(core, spec);
  EXPECT_EQ(Play(core, 1, 2, First), 5u) << "four fold-epochs each";
  EXPECT_EQ(core.sweep("a").search_ended->spent(), 20);
}

TEST(SearchBudget, ComesToTheSameTrialsWhateverEndsFirst) {
  for (const bool is_target : {false, true}) {
    std::set<size_t> sizes;
    for (const int workers : {1, 2, 4}) {
      for (const auto& turn : {First, Last}) {
        CoreHarness core;
        v1::SweepSpec spec = Spec();
        if (is_target) {
          BudgetOf(spec).set_target_score(0.25);
        } else {
          BudgetOf(spec).set_fold_epochs(33);
        }
        Begin(core, spec, workers);
        sizes.insert(Play(core, workers, 3, turn));
      }
    }
    EXPECT_EQ(sizes.size(), 1u);
  }
}

TEST(SearchBudget, EndsWhenATrialHasReachedTheTarget) {
  for (const uint32_t in_flight : {1u, 2u}) {
    CoreHarness core;
    v1::SweepSpec spec = Spec();
    spec.mutable_resources()->set_max_concurrent_trials(in_flight);
    BudgetOf(spec).set_target_score(0.11);
    Begin(core, spec);
    EXPECT_EQ(Play(core, 1, 1, First), in_flight) << "those in flight finish";
    EXPECT_EQ(core.sweep("a").search_ended->reason(),
              "search.budget.target_score is spent: trial 0 has val_log_loss 0.105, the target is "
              "0.11");
  }
}

TEST(SearchBudget, GoesOnToTheLastTrialBelowTheBudget) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  BudgetOf(spec).set_fold_epochs(1000);
  BudgetOf(spec).set_target_score(0.1);
  BudgetOf(spec).set_gpu_hours(5);
  BudgetOf(spec).set_wall_time("1h");
  Begin(core, spec);
  EXPECT_EQ(Play(core, 1, 4, First), 10u);
  EXPECT_FALSE(core.sweep("a").search_ended.has_value());
}

TEST(SearchBudget, CountsTheTimeSinceTheFoldsWereCut) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  spec.mutable_resources()->set_max_concurrent_trials(1);
  BudgetOf(spec).set_wall_time("1h");
  core.AdvanceMs(10 * 3'600'000);
  Begin(core, spec);
  for (int trial = 0; trial < 3; ++trial) {
    EXPECT_FALSE(core.sweep("a").search_ended.has_value());
    core.AdvanceMs(20 * 60'000);
    core.Register("w0");
    for (int fold = 0; fold < 2; ++fold) Train(core, core.Acquire("w0").lease(), 1);
  }
  ASSERT_TRUE(core.sweep("a").search_ended.has_value());
  EXPECT_EQ(core.sweep("a").search_ended->reason(),
            "search.budget.wall_time is spent: 1 of 1 hours since the folds were cut");
  EXPECT_EQ(core.sweep("a").trials.size(), 3u);
  core.Restart();
}

TEST(SearchBudget, CountsTheTimeOfEveryRankThatTrained) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  spec.mutable_resources()->set_max_concurrent_trials(1);
  BudgetOf(spec).set_gpu_hours(0.03);
  Begin(core, spec, 1, /*ranks=*/4);
  for (int fold = 0; fold < 2; ++fold) {
    EXPECT_FALSE(core.sweep("a").search_ended.has_value());
    const v1::Lease lease = core.Acquire("w0").lease();
    core.AdvanceMs(15'000);
    Train(core, lease, 1);
  }
  EXPECT_EQ(core.sweep("a").trained_rank_ms, 120'000u);
  ASSERT_TRUE(core.sweep("a").search_ended.has_value());
  EXPECT_THAT(core.sweep("a").search_ended->reason(), HasSubstr("0.03333 of 0.03 hours"));
  core.Restart();
}

TEST(SearchBudget, SaysWhatATrialWaitsFor) {
  CoreHarness core;
  v1::SweepSpec spec = Spec();
  BudgetOf(spec).set_fold_epochs(20);
  Begin(core, spec, 4);
  // Trial 0 stays open; trial 1 ends.
  for (const char* worker : {"w0", "w1"}) ASSERT_TRUE(core.Acquire(worker).has_lease());
  for (int fold = 0; fold < 2; ++fold) Train(core, core.Acquire("w2").lease(), 4);
  EXPECT_THAT(core.Get("a").workers(3).idle_reason(),
              HasSubstr("trial 2 is suggested when trial 0 has ended (search.budget)"));
}

}  // namespace
}  // namespace pleat
