// Sweeps whose search learns from results: what a trial is suggested from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "coordinator/core/search_history.h"
#include "coordinator/schedule/scheduler.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr uint32_t kTrials = 24;
constexpr uint32_t kInFlight = 4;

v1::SweepSpec LearningSweep(const std::string& name, bool reproducible,
                            uint32_t startup_trials = 6) {
  v1::SweepSpec spec = SmallSweep(name, 1, 2);
  v1::SearchSpec& search = *spec.mutable_search();
  search.mutable_method()->mutable_tpe()->set_startup_trials(startup_trials);
  search.mutable_method()->mutable_tpe()->set_candidates(24);
  search.set_reproducible(reproducible);
  search.set_max_trials(kTrials);
  v1::RangeSpec& range = *search.mutable_parameters(0)->mutable_uniform();
  range.set_min(1e-4);
  range.set_max(1e-2);
  spec.mutable_resources()->set_max_concurrent_trials(kInFlight);
  return spec;
}

double LrOf(const Trial& trial) {
  double lr = 0;
  EXPECT_TRUE(absl::SimpleAtod(trial.config.parameters(0).value(), &lr));
  return lr;
}

class LearningSearchTest : public testing::Test {
 protected:
  void Begin(CoreHarness& core, const v1::SweepSpec& spec, int workers) {
    for (int i = 0; i < workers; ++i) core.Register(absl::StrCat("w", i));
    ASSERT_TRUE(core.Submit(spec).ok());
    core.Prepare("w0");
  }

  // Trains a fold to a loss that is lowest at a learning rate of 0.004.
  absl::Status Train(CoreHarness& core, const v1::Lease& lease) {
    v1::CompleteTaskRequest request;
    request.set_request_id(core.NextId());
    *request.mutable_attempt() = AttemptOf(lease);
    *request.mutable_result() = SampleResult(lease);
    const TaskKey key = *ParseTaskKey(lease.task().id());
    const double lr = LrOf(core.sweep(lease.task().sweep()).trials[key.trial]);
    request.mutable_result()->mutable_train_fold()->mutable_metrics()->set_val_log_loss(
        1e4 * (lr - 0.004) * (lr - 0.004) + 0.01 * key.fold);
    return core.Ask(request).status;
  }

  // Trains all trials with that many workers, in an order that `turn` gives: of the leases that are
  // held, the one that ends next.
  std::vector<std::string> Play(CoreHarness& core, const std::string& name, int workers,
                                const std::function<size_t(size_t)>& turn) {
    std::map<std::string, v1::Lease> held;
    while (!core.sweep(name).AllTrialsEnded()) {
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
      EXPECT_TRUE(Train(core, chosen->second).ok());
      held.erase(chosen);
    }
    return Values(core.sweep(name));
  }

  std::vector<std::string> Values(const Sweep& sweep) {
    std::vector<std::string> values;
    for (const Trial& trial : sweep.trials) values.push_back(trial.config.parameters(0).value());
    return values;
  }
};

size_t First(size_t) { return 0; }
size_t Last(size_t count) { return count - 1; }

TEST_F(LearningSearchTest, ComesToTheSameTrialsWhateverWorkersThereAreAndWhateverEndsFirst) {
  CoreHarness one, three, six;
  Begin(one, LearningSweep("a", true), 1);
  Begin(three, LearningSweep("a", true), 3);
  Begin(six, LearningSweep("a", true), 6);
  const std::vector<std::string> values = Play(one, "a", 1, First);
  EXPECT_EQ(values.size(), kTrials);
  EXPECT_EQ(Play(three, "a", 3, Last), values);
  EXPECT_EQ(Play(six, "a", 6, Last), values);
}

TEST_F(LearningSearchTest, ComesToTheSameTrialsByAGaussianProcessToo) {
  v1::SweepSpec spec = LearningSweep("a", true);
  spec.mutable_search()->mutable_method()->mutable_gp()->set_startup_trials(6);
  CoreHarness one, six;
  Begin(one, spec, 1);
  Begin(six, spec, 6);
  const std::vector<std::string> values = Play(one, "a", 1, First);
  EXPECT_EQ(values.size(), kTrials);
  EXPECT_EQ(Play(six, "a", 6, Last), values);
  double best = 1;
  for (const Trial& trial : one.sweep("a").trials) {
    best = std::min(best, std::abs(LrOf(trial) - 0.004));
  }
  EXPECT_LT(best, 1e-4);
}

TEST_F(LearningSearchTest, ComesToWhatIsGood) {
  CoreHarness core;
  Begin(core, LearningSweep("a", true), 1);
  Play(core, "a", 1, First);
  double early = 0, late = 0;
  const Sweep& sweep = core.sweep("a");
  for (int i = 0; i < 6; ++i) {
    early += std::abs(LrOf(sweep.trials[i]) - 0.004);
    late += std::abs(LrOf(sweep.trials[kTrials - 1 - i]) - 0.004);
  }
  EXPECT_LT(late, 0.5 * early);
}

TEST_F(LearningSearchTest, ComesToTheSameTrialsAfterARestart) {
  CoreHarness calm, restarted;
  Begin(calm, LearningSweep("a", true), 2);
  Begin(restarted, LearningSweep("a", true), 2);
  int turns = 0;
  // The leases outlive a restart, as those of workers do that go on.
  const auto with_restarts = [&](size_t) -> size_t {
    if (++turns % 5 != 0) return 0;
    restarted.Restart();
    for (const char* worker : {"w0", "w1"}) restarted.Register(worker);
    return 0;
  };
  EXPECT_EQ(Play(restarted, "a", 2, with_restarts), Play(calm, "a", 2, First));
}

TEST_F(LearningSearchTest, UsesAllThatIsKnownWhereItNeedNotBeReproducible) {
  for (const bool reproducible : {true, false}) {
    CoreHarness core;
    Begin(core, LearningSweep("a", reproducible, 1), kInFlight);
    // Trial 0 stays open while the others end.
    std::vector<v1::Lease> leases;
    for (uint32_t i = 0; i < kInFlight; ++i) {
      leases.push_back(core.Acquire(absl::StrCat("w", i)).lease());
    }
    EXPECT_EQ(core.sweep("a").trials.size(), kInFlight);
    for (int i = 0; i < 5; ++i) {
      const v1::AcquireTaskResponse task = [&] {
        EXPECT_TRUE(Train(core, leases.back()).ok());
        return core.Acquire(absl::StrCat("w", kInFlight - 1));
      }();
      if (!task.has_lease()) break;
      leases.back() = task.lease();
    }
    const Sweep& sweep = core.sweep("a");
    v1::WorkerInfo group;
    group.set_group_size(1);
    group.set_fingerprint("f");
    const std::string why = WhyNoTask(sweep, core.state(), {}, {"w0", group, {}});
    if (reproducible) {
      EXPECT_EQ(sweep.trials.size(), kInFlight);
      EXPECT_EQ(AwaitedTrial(sweep), 0u);
      EXPECT_THAT(why, HasSubstr("; trial 4 is suggested when trial 0 has ended"));
    } else {
      EXPECT_GT(sweep.trials.size(), kInFlight);
      EXPECT_EQ(AwaitedTrial(sweep), std::nullopt);
      EXPECT_THAT(why, Not(HasSubstr("is suggested when")));
    }
  }
}

TEST_F(LearningSearchTest, KnowsTheResultsOfTrialsInTheirOrder) {
  using Outcome = PastTrial::Outcome;
  CoreHarness core;
  Begin(core, LearningSweep("a", true), 1);
  // Two trials end; the next one, number 6, may know of trials 0 to 2 alone.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(Train(core, core.Acquire("w0").lease()).ok());
  ASSERT_EQ(core.sweep("a").trials.size(), 6u);
  std::vector<Outcome> outcomes;
  for (const PastTrial& past : SearchHistory(core.sweep("a"))) outcomes.push_back(past.outcome);
  EXPECT_THAT(outcomes, ElementsAre(Outcome::kScored, Outcome::kScored, Outcome::kRunning,
                                    Outcome::kRunning, Outcome::kRunning, Outcome::kRunning));
  EXPECT_FALSE(MayAddTrial(core.sweep("a")));
}

TEST_F(LearningSearchTest, WaitsForNothingWhereATrialDependsOnNothing) {
  CoreHarness core;
  Begin(core, LearningSweep("a", true), 1);
  // All but trial 0 end.
  const v1::Lease open = core.Acquire("w0").lease();
  core.Register("w1");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Train(core, core.Acquire("w1").lease()).ok());
  EXPECT_EQ(core.sweep("a").trials.size(), 5u) << "of the first six, which are spread evenly";
}

TEST_F(LearningSearchTest, SuggestsBesideTheLoop) {
  CoreHarness core;
  core.suggests_at_once = false;
  Begin(core, LearningSweep("a", true, 1), 1);
  EXPECT_EQ(core.sweep("a").trials.size(), 1u) << "the first depends on nothing";
  ASSERT_EQ(core.effects.size(), 1u) << "one at a time";
  EXPECT_EQ(std::get<SuggestTrial>(core.effects.front()).trial, 1u);
  // Leases are given and folds come in meanwhile.
  const v1::Lease lease = core.Acquire("w0").lease();
  ASSERT_TRUE(Train(core, lease).ok());
  EXPECT_EQ(core.effects.size(), 1u);
  ASSERT_TRUE(Train(core, core.Acquire("w0").lease()).ok());
  v1::WorkerInfo group;
  group.set_group_size(1);
  group.set_fingerprint("f");
  EXPECT_THAT(WhyNoTask(core.sweep("a"), core.state(), {}, {"w0", group, {}}),
              HasSubstr("; trial 1 is being suggested"));
  // What was being computed is computed again.
  core.Restart();
  ASSERT_EQ(core.effects.size(), 1u);
  core.RunEffect();
  EXPECT_EQ(core.sweep("a").trials.size(), 2u);
  // A sweep that is gone needs no suggestion.
  ASSERT_EQ(core.effects.size(), 1u);
  ASSERT_TRUE(core.Cancel("a").ok());
  core.RunEffect();
  EXPECT_TRUE(core.effects.empty());
}

TEST_F(LearningSearchTest, CountsATrialWithoutScoreAsFailed) {
  CoreHarness core;
  Begin(core, LearningSweep("a", true, 1), 1);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(core.Fail(core.Acquire("w0").lease(), v1::FAILURE_KIND_NAN).ok());
  }
  const std::vector<PastTrial> past = SearchHistory(core.sweep("a"));
  ASSERT_EQ(past.size(), 5u);
  EXPECT_EQ(past[0].outcome, PastTrial::Outcome::kFailed);
}

TEST_F(LearningSearchTest, DoesNotTrustTheFoldsThatAreLeftOfATrial) {
  for (const int diverged : {1, 2}) {
    v1::SweepSpec spec = LearningSweep("a", true, 1);
    spec.mutable_cross_validation()->mutable_k_fold()->set_folds(3);
    CoreHarness core;
    Begin(core, spec, 1);
    for (int fold = 0; fold < 3; ++fold) {
      const v1::Lease lease = core.Acquire("w0").lease();
      ASSERT_TRUE(
          (fold < diverged ? core.Fail(lease, v1::FAILURE_KIND_NAN) : Train(core, lease)).ok());
    }
    const std::vector<PastTrial> past = SearchHistory(core.sweep("a"));
    ASSERT_EQ(past.size(), 5u);
    EXPECT_EQ(past[0].outcome,
              diverged == 1 ? PastTrial::Outcome::kScored : PastTrial::Outcome::kFailed);
  }
}

TEST_F(LearningSearchTest, LearnsNothingFromATrialThatSomebodyCancelled) {
  CoreHarness core;
  Begin(core, LearningSweep("a", true, 1), 1);
  ASSERT_TRUE(core.CancelTrial("a", 0).ok());
  const std::vector<PastTrial> past = SearchHistory(core.sweep("a"));
  ASSERT_EQ(past.size(), 5u);
  EXPECT_EQ(past[0].outcome, PastTrial::Outcome::kRunning);
}

TEST_F(LearningSearchTest, ScoresLowerWhatTheMetricsGoalPrefers) {
  v1::SweepSpec spec = LearningSweep("a", true, 1);
  spec.mutable_search()->mutable_metric()->set_goal("maximize");
  CoreHarness core;
  Begin(core, spec, 1);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(Train(core, core.Acquire("w0").lease()).ok());
  const Sweep& sweep = core.sweep("a");
  EXPECT_NEAR(SearchHistory(sweep)[0].loss, -sweep.trials[0].finished->mean(), 1e-12);
}

TEST_F(LearningSearchTest, SaysWhatASuggestionFollowsFrom) {
  CoreHarness core;
  Begin(core, LearningSweep("a", true), 1);
  Play(core, "a", 1, First);
  std::string reason;
  for (const v1::JournalRecord& record : core.journal) {
    if (record.has_trial_added()) reason = record.trial_added().reason();
  }
  EXPECT_THAT(reason, HasSubstr("tpe search: suggestion 24 of 24, the best of 24 candidates: "));
  EXPECT_THAT(
      reason,
      HasSubstr(
          "(the best 4) as in the others (19, of them 0 without a score and 3 still to count"));
}

}  // namespace
}  // namespace pleat
