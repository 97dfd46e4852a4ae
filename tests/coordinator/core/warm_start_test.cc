// Searches that learn from the trials of earlier sweeps.
#include "coordinator/core/warm_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/search_history.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// A tpe search over learning rates from 2e-4 on.
v1::SweepSpec Learning(const std::string& name, std::initializer_list<const char*> earlier,
                       uint32_t startup_trials = 3) {
  v1::SweepSpec spec = SmallSweep(name, 1, 2);
  v1::SearchSpec& search = *spec.mutable_search();
  search.mutable_method()->mutable_tpe()->set_startup_trials(startup_trials);
  search.mutable_method()->mutable_tpe()->set_candidates(24);
  search.set_max_trials(8);
  v1::RangeSpec& range = *search.mutable_parameters(0)->mutable_uniform();
  range.set_min(2e-4);
  range.set_max(1e-2);
  for (const char* sweep : earlier) search.add_warm_start(sweep);
  spec.mutable_resources()->set_max_concurrent_trials(2);
  return spec;
}

// After sweep "a" of five trials, at learning rates of 1e-4 to 5e-4.
class WarmStartTest : public testing::Test {
 protected:
  WarmStartTest() {
    core.Register("w1");
    EXPECT_TRUE(core.Submit(SmallSweep("a", 5, 2)).ok());
    core.Finish("a", "w1");
    core.effects.clear();
  }

  std::string Refusal(const v1::SweepSpec& spec) {
    const absl::Status status = core.Submit(spec);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(core.state().FindSweep(spec.name()), nullptr);
    return std::string(status.message());
  }

  // Submits sweep "b" and goes on to its first trials.
  const Sweep& Begin(const v1::SweepSpec& spec) {
    EXPECT_TRUE(core.Submit(spec).ok());
    core.Prepare("w1");
    return core.sweep("b");
  }

  std::vector<std::string> Values(const Sweep& sweep) {
    std::vector<std::string> values;
    for (const Trial& trial : sweep.trials) values.push_back(trial.config.parameters(0).value());
    return values;
  }

  CoreHarness core;
};

TEST_F(WarmStartTest, TakesTheTrialsThatStandInTheSpaceWithTheirScores) {
  const Sweep& sweep = Begin(Learning("b", {"a"}));
  ASSERT_TRUE(sweep.warm_start.has_value());
  const v1::WarmStartSource& source = sweep.warm_start->sources(0);
  EXPECT_EQ(source.sweep(), "a");
  EXPECT_EQ(source.spec_sha256(), core.sweep("a").spec_sha256);
  EXPECT_EQ(source.reason(),
            "4 of 5 trials; left out: 1 since training.optimizer.adam_w.lr lies outside this "
            "space there");
  ASSERT_EQ(source.trials_size(), 4);
  EXPECT_EQ(source.trials(0).trial(), 1u);
  EXPECT_EQ(source.trials(0).parameters(0).value(), "0.0002");
  EXPECT_NEAR(source.trials(0).score(), core.sweep("a").trials[1].finished->mean(), 1e-12);
}

TEST_F(WarmStartTest, LearnsFromTheFirstTrialOnWhereThereAreEnough) {
  EXPECT_TRUE(LearnsForNext(Begin(Learning("b", {"a"}, 4))));
  EXPECT_THAT(core.journal.back().trial_added().reason(),
              HasSubstr(", 4 of them of earlier sweeps"));
}

TEST_F(WarmStartTest, SparesAsManyTrialsOfTheStartup) {
  const Sweep& sweep = Begin(Learning("b", {"a"}, 6));
  EXPECT_FALSE(sweep.search->LearnsFor(1));
  EXPECT_TRUE(sweep.search->LearnsFor(2));
}

TEST_F(WarmStartTest, GivesTheSameTrialsAfterRestartsAndWithoutTheEarlierSweep) {
  Begin(Learning("b", {"a"}, 4));
  core.Finish("b", "w1");
  const std::vector<std::string> calm = Values(core.sweep("b"));
  EXPECT_EQ(calm.size(), 8u);

  CoreHarness again;
  again.Register("w1");
  ASSERT_TRUE(again.Submit(SmallSweep("a", 5, 2)).ok());
  again.Finish("a", "w1");
  again.effects.clear();
  ASSERT_TRUE(again.Submit(Learning("b", {"a"}, 4)).ok());
  again.Prepare("w1");
  again.Remove("a").IgnoreError();
  again.RunEffect();
  ASSERT_EQ(again.state().FindSweep("a"), nullptr);
  again.Restart();
  again.Register("w1");
  again.Finish("b", "w1");
  EXPECT_EQ(Values(again.sweep("b")), calm);
}

TEST_F(WarmStartTest, KeepsTheEarlierSweepUntilItsTrialsAreTaken) {
  ASSERT_TRUE(core.Submit(Learning("b", {"a"})).ok());
  const absl::Status status = core.Remove("a");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("sweep 'b' is to learn from the trials of 'a' and has not begun"));
  core.Prepare("w1");
  core.Remove("a").IgnoreError();
  core.RunEffect();
  EXPECT_EQ(core.state().FindSweep("a"), nullptr);
}

TEST_F(WarmStartTest, CountsATrialWithoutScoreAsFailedAndLeavesOutACancelledOne) {
  ASSERT_TRUE(core.Submit(SmallSweep("c", 4, 2)).ok());
  core.Prepare("w1");
  ASSERT_TRUE(core.CancelTrial("c", 1).ok());
  core.Finish("c", "w1");
  core.effects.clear();
  v1::SweepSpec spec = Learning("b", {"c", "a"});
  const Sweep& sweep = Begin(spec);
  EXPECT_THAT(sweep.warm_start->sources(0).reason(), HasSubstr("1 since they did not finish"));
  EXPECT_EQ(sweep.warm_start->sources(1).sweep(), "a");

  v1::WarmStartFixed fixed;
  fixed.add_sources()->add_trials()->set_trial(3);
  fixed.mutable_sources(0)->add_trials()->set_score(0.25);
  spec.mutable_search()->mutable_metric()->set_goal("maximize");
  const std::vector<PastTrial> trials = WarmTrials(spec.search(), fixed);
  ASSERT_EQ(trials.size(), 2u);
  EXPECT_EQ(trials[0].outcome, PastTrial::Outcome::kFailed);
  EXPECT_EQ(trials[1].outcome, PastTrial::Outcome::kScored);
  EXPECT_EQ(trials[1].loss, -0.25);
}

TEST_F(WarmStartTest, RefusesSweepsThatAreNotThereHaveNotEndedOrHaveNoResult) {
  EXPECT_THAT(Refusal(Learning("b", {"a", "aa"})),
              HasSubstr("search.warm_start[1]: there is no sweep 'aa' in this coordinator; did you "
                        "mean \"a\"?"));
  ASSERT_TRUE(core.Submit(SmallSweep("c", 1, 2)).ok());
  EXPECT_THAT(Refusal(Learning("b", {"c"})), HasSubstr("sweep 'c' has not ended yet"));
  ASSERT_TRUE(core.Cancel("c").ok());
  EXPECT_THAT(Refusal(Learning("b", {"c"})), HasSubstr("ended without a trained trial"));
}

TEST_F(WarmStartTest, RefusesAnotherMetricAndAnotherGoal) {
  v1::SweepSpec spec = Learning("b", {"a"});
  spec.mutable_search()->mutable_metric()->set_name("val_loss");
  EXPECT_THAT(Refusal(spec), HasSubstr("sweep 'a' has the metric val_log_loss, minimized, this one "
                                       "val_loss, minimized"));
  spec = Learning("b", {"a"});
  spec.mutable_search()->mutable_metric()->set_goal("maximize");
  EXPECT_THAT(Refusal(spec), HasSubstr("this one val_log_loss, maximized"));
}

TEST_F(WarmStartTest, EndsASweepOfOtherRows) {
  ASSERT_TRUE(core.Submit(Learning("b", {"a"})).ok());
  const v1::Lease lease = core.Acquire("w1").lease();
  v1::CompleteTaskRequest request;
  request.set_request_id(core.NextId());
  *request.mutable_attempt() = AttemptOf(lease);
  *request.mutable_result() = SampleResult(lease);
  request.mutable_result()->mutable_prepare_data()->mutable_datasets(0)->set_data_sha256("other");
  ASSERT_TRUE(core.Ask(request).status.ok());
  core.RunEffect();
  ASSERT_TRUE(core.sweep("b").ended.has_value());
  EXPECT_EQ(core.sweep("b").ended->failure(), v1::FAILURE_KIND_CONFIG);
  EXPECT_THAT(core.sweep("b").ended->reason(),
              HasSubstr("search.warm_start[0]: sweep 'a' was trained on other rows"));
}

TEST_F(WarmStartTest, SaysThatOtherFoldsCompareLessExactly) {
  ASSERT_TRUE(core.Submit(Learning("b", {"a"})).ok());
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  EffectDone done = SampleDone(core.effects.front());
  std::get<v1::FoldsAssigned>(done.result).mutable_folds()->set_sha256("other");
  core.effects.pop_front();
  core.Send(0, done);
  EXPECT_THAT(core.sweep("b").warm_start->sources(0).reason(),
              HasSubstr("its folds are others, so scores compare less exactly"));
}

}  // namespace
}  // namespace pleat
