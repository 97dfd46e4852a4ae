// Sweeps that somebody extends, retries or limits otherwise after their submission.
#include "coordinator/core/sweep_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A grid of eight trials of two folds, of which the first `trials` are tried.
v1::SweepSpec ChangingSweep(uint32_t trials, absl::string_view more = "") {
  v1::SweepSpec spec = SmallSweep("a", 8, 2, more);
  spec.mutable_search()->set_max_trials(trials);
  return spec;
}

v1::SweepSpec RandomSweep(const std::string& method, uint32_t trials) {
  v1::SweepSpec spec = ChangingSweep(trials, "resources: {max_concurrent_trials: 2}\n");
  v1::SearchMethodSpec& chosen = *spec.mutable_search()->mutable_method();
  if (method == "tpe") {
    chosen.mutable_tpe()->set_startup_trials(3);
    chosen.mutable_tpe()->set_candidates(24);
  } else if (method == "sobol") {
    chosen.mutable_sobol();
  } else {
    chosen.mutable_random();
  }
  v1::RangeSpec& range = *spec.mutable_search()->mutable_parameters(0)->mutable_uniform();
  range.set_min(1e-4);
  range.set_max(1e-2);
  return spec;
}

void BeginChanging(CoreHarness& core, const v1::SweepSpec& spec) {
  core.Register("w");
  ASSERT_TRUE(core.Submit(spec).ok());
  core.Prepare("w");
}

// As Finish, but gives up fold `fold` of trial `trial`.
void FinishWithout(CoreHarness& core, uint32_t trial, uint32_t fold) {
  const std::string lost = TaskId({TaskKind::kTrainFold, trial, fold});
  for (int turn = 0; turn < 1'000 && !core.sweep("a").ended.has_value(); ++turn) {
    while (!core.effects.empty()) core.RunEffect();
    const v1::AcquireTaskResponse task = core.Acquire("w");
    if (!task.has_lease()) continue;
    if (task.lease().task().id() == lost) {
      ASSERT_TRUE(core.Fail(task.lease(), v1::FAILURE_KIND_NAN).ok());
    } else {
      ASSERT_TRUE(core.Complete(task.lease()).ok());
    }
  }
}

std::vector<std::string> Points(const CoreHarness& core) {
  std::vector<std::string> points;
  for (const Trial& trial : core.sweep("a").trials) {
    points.push_back(trial.config.parameters(0).value());
  }
  return points;
}

int Predictions(const CoreHarness& core) {
  int count = 0;
  for (const v1::JournalRecord& record : core.journal) {
    count += record.task_completed().result().has_predict();
  }
  return count;
}

std::string ErrorOf(const absl::Status& status) { return std::string(status.message()); }

TEST(SweepChanges, ExtendsAnEndedSweepAndMakesItsNextEnsemble) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  core.Finish("a", "w");
  ASSERT_EQ(core.sweep("a").ensemble->version(), 1u);
  core.Restart();
  core.Register("w");
  ASSERT_TRUE(core.Extend("a", 3).ok());
  const Sweep& sweep = core.sweep("a");
  EXPECT_FALSE(sweep.ended.has_value());
  EXPECT_EQ(core.Get("a").ensemble().version(), 1u);
  EXPECT_EQ(core.Get("a").members().members_size(), 2);
  EXPECT_EQ(core.Get("a").summary().state(), v1::SWEEP_STATE_RUNNING);
  core.Restart();
  core.Register("w");
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").trials.size(), 5u);
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  const v1::GetResponse status = core.Get("a");
  EXPECT_EQ(status.ensemble().version(), 2u);
  ASSERT_EQ(status.changes_size(), 1);
  EXPECT_EQ(status.changes(0).what(), "extended from 2 to 5 trials");
  // Trial 0 is the best, and its members have been asked already.
  EXPECT_EQ(Predictions(core), 2);
  core.Restart();
}

TEST(SweepChanges, TriesTheTrialsThatALargerSearchWouldHaveTried) {
  for (const char* method : {"random", "sobol", "tpe"}) {
    CoreHarness whole, extended;
    BeginChanging(whole, RandomSweep(method, 9));
    whole.Finish("a", "w");
    BeginChanging(extended, RandomSweep(method, 4));
    extended.Finish("a", "w");
    ASSERT_TRUE(extended.Extend("a", 2).ok());
    extended.Restart();
    extended.Register("w");
    ASSERT_TRUE(extended.Extend("a", 3).ok());  // while it runs
    extended.Finish("a", "w");
    EXPECT_EQ(Points(extended), Points(whole)) << method;
  }
}

TEST(SweepChanges, LostPredictionsOfAnEndedSweepDoNotCountAgainstTheNextEnsemble) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  while (core.effects.empty()) ASSERT_TRUE(core.Complete(core.Acquire("w").lease()).ok());
  core.RunEffect();
  while (!core.sweep("a").ended.has_value()) {
    core.Register("w");
    ASSERT_TRUE(core.Acquire("w").lease().task().has_predict());
    core.AdvanceMs(20'000);
  }
  ASSERT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FAILED);
  core.Register("w");
  ASSERT_TRUE(core.Extend("a", 1).ok());
  while (!core.sweep("a").AllTrialsEnded())
    ASSERT_TRUE(core.Complete(core.Acquire("w").lease()).ok());
  while (!core.effects.empty()) core.RunEffect();
  ASSERT_TRUE(core.Acquire("w").lease().task().has_predict());
  core.AdvanceMs(20'000);  // this one is lost too
  EXPECT_FALSE(core.sweep("a").ended.has_value());
  core.Restart();
  core.Register("w");
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST(SweepChanges, AnswersARetriedRequestOnce) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  core.Finish("a", "w");
  v1::ExtendRequest request;
  request.set_request_id(core.NextId());
  request.set_name("a");
  request.set_trials(1);
  for (int i = 0; i < 2; ++i) {
    const Reply reply = core.Ask(request);
    ASSERT_TRUE(reply.status.ok());
    const auto& response = std::get<v1::ExtendResponse>(reply.response);
    EXPECT_EQ(response.trials(), 3u);
    EXPECT_TRUE(response.reopened());
  }
  EXPECT_EQ(core.sweep("a").changes.size(), 1u);
}

TEST(SweepChanges, RefusesWhatCannotBeExtended) {
  CoreHarness core;
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("there is no sweep 'a'"));
  core.Register("w");
  ASSERT_TRUE(core.Submit(ChangingSweep(2)).ok());
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("has no folds yet"));
  core.Prepare("w");
  EXPECT_THAT(ErrorOf(core.Extend("a", 0)), HasSubstr("nothing is added"));
  ASSERT_TRUE(core.Extend("a", 4).ok());
  ASSERT_TRUE(core.Extend("a", 4).ok());
  EXPECT_EQ(core.sweep("a").changes.back().what(), "extended from 6 to 8 trials");
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("all 8 trials of the space"));
  while (!core.sweep("a").AllTrialsEnded())
    ASSERT_TRUE(core.Complete(core.Acquire("w").lease()).ok());
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("makes its ensemble now"));
  ASSERT_TRUE(core.Cancel("a").ok());
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("'a' was cancelled; submit it again"));
}

TEST(SweepChanges, KeepsSweepsThatOthersBeginWith) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  core.Finish("a", "w");
  v1::SweepSpec other = ChangingSweep(1);
  other.set_name("b");
  other.mutable_training()->mutable_start_from()->set_sweep("a");
  other.mutable_training()->mutable_start_from()->set_trial(-1);
  other.mutable_training()->mutable_start_from()->set_fold(-1);
  other.mutable_training()->mutable_start_from()->set_strict(false);
  ASSERT_TRUE(core.Submit(other).ok());
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("'b' begins with the weights of 'a'"));
}

TEST(SweepChanges, TrainsAFailedFoldAgain) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  FinishWithout(core, 0, 1);
  ASSERT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_DEGRADED);
  ASSERT_TRUE(core.Retry("a", 0, 1).ok());
  EXPECT_FALSE(core.sweep("a").best_trial == 0u);
  core.Restart();
  core.Register("w");
  EXPECT_THAT(ErrorOf(core.Retry("a", 0, 1)), HasSubstr("has not ended"));
  const v1::Lease lease = core.Acquire("w").lease();
  EXPECT_EQ(lease.task().id(), "train/0000/1");
  EXPECT_EQ(lease.attempt(), 2u);
  EXPECT_THAT(lease.reason(), HasSubstr("is to be trained again"));
  ASSERT_TRUE(core.Complete(lease).ok());
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(core.sweep("a").ensemble->version(), 2u);
  EXPECT_EQ(core.sweep("a").best_trial, 0u);
  EXPECT_EQ(core.sweep("a").changes[0].what(), "trial 0 fold 1 is trained again");
}

TEST(SweepChanges, GoesOnWithTheCheckpointUnlessItIsToBeginAnew) {
  for (const bool is_fresh : {false, true}) {
    CoreHarness core;
    BeginChanging(core, ChangingSweep(1));
    const v1::Lease first = core.Acquire("w").lease();
    ASSERT_TRUE(core.ReportEpoch(first, 1).ok());
    ASSERT_TRUE(core.Publish(first, 1).ok());
    ASSERT_TRUE(core.Fail(first, v1::FAILURE_KIND_NAN).ok());
    core.Finish("a", "w");
    v1::RetryRequest request;
    request.set_request_id(core.NextId());
    request.set_name("a");
    request.set_trial(0);
    request.set_fresh(is_fresh);
    const Reply reply = core.Ask(request);
    ASSERT_TRUE(reply.status.ok()) << reply.status;
    EXPECT_THAT(std::get<v1::RetryResponse>(reply.response).folds(), ElementsAre(0));
    const v1::Lease again = core.Acquire("w").lease();
    EXPECT_EQ(again.task().train_fold().has_resume_from(), !is_fresh);
  }
}

TEST(SweepChanges, TrainsACancelledTrialAgainAsAWhole) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  ASSERT_TRUE(core.CancelTrial("a", 1).ok());
  EXPECT_THAT(ErrorOf(core.Retry("a", 1, 0)), HasSubstr("trial 1 was cancelled as a whole"));
  ASSERT_TRUE(core.Retry("a", 1).ok());  // while the sweep runs
  core.Restart();
  core.Register("w");
  core.Finish("a", "w");
  EXPECT_TRUE(core.sweep("a").trials[1].finished.has_value());
  EXPECT_EQ(core.sweep("a").ensemble->version(), 1u);
}

TEST(SweepChanges, BringsBackASweepWithoutAnyFold) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(1));
  for (int fold = 0; fold < 2; ++fold) {
    ASSERT_TRUE(core.Fail(core.Acquire("w").lease(), v1::FAILURE_KIND_NAN).ok());
  }
  ASSERT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FAILED);
  ASSERT_TRUE(core.Retry("a", 0).ok());
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(core.sweep("a").ensemble->version(), 1u);
}

TEST(SweepChanges, RefusesToTrainWhatIsTrainedOrRuns) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(2));
  EXPECT_THAT(ErrorOf(core.Retry("a", 0)), HasSubstr("trial 0 of sweep 'a' has not ended"));
  core.Finish("a", "w");
  EXPECT_THAT(ErrorOf(core.Retry("b", 0)), HasSubstr("there is no sweep 'b'"));
  EXPECT_THAT(ErrorOf(core.Retry("a", 7)), HasSubstr("has no trial 7; it has 2 so far"));
  EXPECT_THAT(ErrorOf(core.Retry("a", 1, 5)), HasSubstr("has no fold 5; it has 2"));
  EXPECT_THAT(ErrorOf(core.Retry("a", 1, 0)), HasSubstr("fold 0 of trial 1 is trained"));
  EXPECT_THAT(ErrorOf(core.Retry("a", 1)), HasSubstr("each fold of trial 1 is trained"));
}

v1::SweepSpec RepeatedSweep(uint32_t trials) {
  v1::SweepSpec spec = ChangingSweep(trials);
  v1::RepeatedKFoldSpec& repeated = *spec.mutable_cross_validation()->mutable_repeated_k_fold();
  repeated.set_folds(2);
  repeated.set_repeats(2);
  repeated.set_seed(0);
  return spec;
}

absl::Status AddRepeats(CoreHarness& core, uint32_t repeats) {
  v1::ExtendRequest request;
  request.set_request_id(core.NextId());
  request.set_name("a");
  request.set_repeats(repeats);
  return core.Ask(request).status;
}

TEST(SweepChanges, AddsRepeatsToTrialsThatFinished) {
  CoreHarness core;
  BeginChanging(core, RepeatedSweep(3));
  ASSERT_TRUE(core.CancelTrial("a", 2).ok());
  EXPECT_THAT(ErrorOf(AddRepeats(core, 1)), HasSubstr("still runs"));
  core.Finish("a", "w");
  ASSERT_TRUE(AddRepeats(core, 1).ok());
  core.Restart();
  core.Register("w");
  EXPECT_EQ(core.Get("a").summary().phase(), "cutting folds");
  core.Finish("a", "w");
  const Sweep& sweep = core.sweep("a");
  EXPECT_EQ(sweep.fold_count(), 6u);
  EXPECT_EQ(sweep.trials[0].finished->folds_size(), 6);
  EXPECT_EQ(sweep.trials[1].finished->folds_size(), 6);
  EXPECT_TRUE(sweep.trials[2].cancelled.has_value());
  EXPECT_EQ(sweep.ensemble->version(), 2u);
  EXPECT_EQ(sweep.changes[0].what(), "extended from 2 to 3 repeats");
  EXPECT_EQ(core.Get("a").members().members_size(), 6);
  // Only the new members are asked.
  EXPECT_EQ(Predictions(core), 6);
  ASSERT_TRUE(core.Extend("a", 1).ok());
  ASSERT_TRUE(core.Retry("a", 2).ok());
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").trials[2].finished->folds_size(), 6);
  EXPECT_EQ(core.sweep("a").trials[3].finished->folds_size(), 6);
  core.Restart();
}

TEST(SweepChanges, RefusesRepeatsThatDoNotFit) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(1));
  core.Finish("a", "w");
  EXPECT_THAT(ErrorOf(AddRepeats(core, 1)), HasSubstr("a splitter without repeats"));
  CoreHarness repeated;
  BeginChanging(repeated, RepeatedSweep(1));
  repeated.Finish("a", "w");
  EXPECT_THAT(ErrorOf(AddRepeats(repeated, 1000)), HasSubstr("repeats"));
  EXPECT_FALSE(AddRepeats(repeated, 1000).ok());
}

TEST(SweepChanges, ChangesLimitsWhileItRuns) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(6, "resources: {max_concurrent_trials: 1, max_failures: 1}\n"));
  ASSERT_EQ(core.sweep("a").trials.size(), 1u);
  ASSERT_TRUE(core.ChangeLimits("a", {"resources.max_concurrent_trials=3", "search.max_trials=4",
                                      "resources.max_failures=2"})
                  .ok());
  EXPECT_EQ(core.sweep("a").trials.size(), 3u);
  core.Restart();
  core.Register("w");
  const v1::Lease lease = core.Acquire("w").lease();
  ASSERT_TRUE(core.Fail(lease, v1::FAILURE_KIND_INTERNAL).ok());
  EXPECT_EQ(core.task(lease).phase, TaskPhase::kWaiting);
  core.AdvanceMs(60'000);
  core.Register("w");
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").trials.size(), 4u);
  EXPECT_EQ(core.sweep("a").changes[0].what(),
            "search.max_trials changed from 6 to 4, resources.max_concurrent_trials changed from 1 "
            "to 3, resources.max_failures changed from 1 to 2");
}

TEST(SweepChanges, GoesOnWithALargerBudget) {
  CoreHarness core;
  v1::SweepSpec spec = ChangingSweep(6, "resources: {max_concurrent_trials: 1}\n");
  spec.mutable_training()->set_epochs(1);
  spec.mutable_search()->mutable_budget()->set_fold_epochs(4);
  BeginChanging(core, spec);
  const auto train_trial = [&] {
    for (int fold = 0; fold < 2; ++fold) {
      const v1::Lease lease = core.Acquire("w").lease();
      ASSERT_TRUE(core.ReportEpoch(lease, 1).ok());
      ASSERT_TRUE(core.Complete(lease).ok());
    }
  };
  train_trial();
  EXPECT_THAT(
      ErrorOf(core.ChangeLimits("a", {"search.budget.fold_epochs=2"})),
      HasSubstr("fold_epochs is spent: 4 of 2 fold-epochs; to end the search now: `pleat limits "
                "a search.max_trials=2`"));
  train_trial();
  ASSERT_TRUE(core.sweep("a").search_ended.has_value());
  core.Finish("a", "w");
  EXPECT_THAT(ErrorOf(core.Extend("a", 1)), HasSubstr("no further trial could begin"));
  EXPECT_THAT(ErrorOf(core.ChangeLimits("a", {"search.max_trials=9"})),
              HasSubstr("`pleat extend a --trials N` adds trials"));
  ASSERT_TRUE(core.ChangeLimits("a", {"search.budget.fold_epochs=none"}).ok());
  EXPECT_TRUE(core.sweep("a").ended.has_value());
  core.Restart();
  core.Register("w");
  ASSERT_TRUE(core.Extend("a", 1).ok());
  EXPECT_FALSE(core.sweep("a").spec.search().has_budget());
  train_trial();
  core.Finish("a", "w");
  EXPECT_EQ(core.sweep("a").trials.size(), 3u);
}

TEST(SweepChanges, CountsNoTimeBetweenEndAndExtension) {
  CoreHarness core;
  v1::SweepSpec spec = ChangingSweep(2);
  spec.mutable_search()->mutable_budget()->set_wall_time("1h");
  BeginChanging(core, spec);
  core.Finish("a", "w");
  core.AdvanceMs(10 * 3'600'000);
  ASSERT_TRUE(core.Extend("a", 2).ok());
  EXPECT_EQ(core.sweep("a").trials.size(), 4u);
}

TEST(SweepChanges, RefusesLimitsThatAreNoneOrSayNothingNew) {
  CoreHarness core;
  BeginChanging(core, ChangingSweep(4, "resources: {max_concurrent_trials: 3}\n"));
  const auto error = [&](const std::string& limit) {
    return ErrorOf(core.ChangeLimits("a", {limit}));
  };
  EXPECT_THAT(ErrorOf(core.ChangeLimits("a", {})), HasSubstr("no limit is given"));
  EXPECT_THAT(error("search.max_trial=9"), HasSubstr("did you mean \"search.max_trials\"?"));
  EXPECT_THAT(error("training.epochs=9"), HasSubstr("is no limit of a sweep that exists; one of"));
  EXPECT_THAT(error("search.max_trials"), HasSubstr("is not PATH=VALUE"));
  EXPECT_THAT(error("search.max_trials=many"), HasSubstr("search.max_trials: "));
  EXPECT_THAT(error("search.max_trials=4"), HasSubstr("nothing changes: sweep 'a' has"));
  EXPECT_THAT(error("search.max_trials=2"), HasSubstr("3 trials have begun already"));
  EXPECT_THAT(error("resources.max_failures=0"), HasSubstr("resources.max_failures"));
  EXPECT_THAT(error("search.budget.wall_time=soon"), HasSubstr("search.budget.wall_time"));
  EXPECT_TRUE(core.sweep("a").changes.empty());
}

}  // namespace
}  // namespace pleat
