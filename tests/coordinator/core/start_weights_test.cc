// Sweeps that begin with the weights of earlier ones.
#include "coordinator/core/start_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A sweep of one trial that begins with the weights of sweep "a".
v1::SweepSpec AfterA(const std::string& name, uint32_t folds) {
  v1::SweepSpec spec = SmallSweep(name, 1, folds);
  v1::StartFromSpec& start = *spec.mutable_training()->mutable_start_from();
  start.set_sweep("a");
  start.set_trial(-1);
  start.set_fold(-1);
  start.set_strict(false);
  return spec;
}

void Vary(v1::SweepSpec& spec, const std::string& path, const std::vector<std::string>& values) {
  v1::ParameterSpec& parameter = *spec.mutable_search()->mutable_parameters(0);
  parameter.set_key(path);
  parameter.mutable_values()->mutable_value()->Assign(values.begin(), values.end());
}

void VaryInRange(v1::SweepSpec& spec, const std::string& path, int64_t min, int64_t max) {
  v1::ParameterSpec& parameter = *spec.mutable_search()->mutable_parameters(0);
  parameter.set_key(path);
  parameter.mutable_int_uniform()->set_min(min);
  parameter.mutable_int_uniform()->set_max(max);
}

// After sweep "a" of two trials and three folds; its best is trial 0.
class StartWeightsTest : public testing::Test {
 protected:
  StartWeightsTest() {
    core.Register("w1");
    EXPECT_TRUE(core.Submit(SmallSweep("a", 2, 3)).ok());
    core.Finish("a", "w1");
    core.effects.clear();
  }

  std::string Refusal(const v1::SweepSpec& spec) {
    const absl::Status status = core.Submit(spec);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(core.state().FindSweep(spec.name()), nullptr);
    return std::string(status.message());
  }

  // What the folds of sweep "b" are leased, in their order.
  std::vector<std::string> Origins(const v1::SweepSpec& spec) {
    EXPECT_TRUE(core.Submit(spec).ok());
    core.Prepare("w1");
    std::vector<std::string> origins;
    while (true) {
      const v1::AcquireTaskResponse task = core.Acquire("w1");
      if (!task.lease().task().has_train_fold()) return origins;
      const v1::StartWeights& start = task.lease().task().train_fold().start_weights();
      origins.push_back(start.origin());
      const TaskKey key = *ParseTaskKey(task.lease().task().id());
      EXPECT_EQ(start.weights().path(),
                core.sweep("b").trials[key.trial].start_weights[key.fold].weights().path());
      EXPECT_TRUE(core.Complete(task.lease()).ok());
    }
  }

  const v1::TrialAdded& LastTrial() const {
    for (auto record = core.journal.rbegin(); record != core.journal.rend(); ++record) {
      if (record->has_trial_added()) return record->trial_added();
    }
    return v1::TrialAdded::default_instance();
  }

  CoreHarness core;
};

TEST_F(StartWeightsTest, AreThoseOfTheSameFoldOfTheBestTrial) {
  EXPECT_EQ(Origins(AfterA("b", 2)),
            (std::vector<std::string>{"sweep a, trial 0, fold 0", "sweep a, trial 0, fold 1"}));
  EXPECT_THAT(LastTrial().reason(),
              HasSubstr("begins with the weights of sweep a, trial 0 (its best), fold by fold"));
}

TEST_F(StartWeightsTest, AreTheFilesOfTheEarlierResults) {
  ASSERT_TRUE(core.Submit(AfterA("b", 3)).ok());
  core.Prepare("w1");
  for (uint32_t fold = 0; fold < 3; ++fold) {
    const auto& trained = core.sweep("a").tasks.at({TaskKind::kTrainFold, 0, fold});
    EXPECT_EQ(core.sweep("b").trials[0].start_weights[fold].weights().path(),
              trained.result->train_fold().checkpoint().weights().path());
  }
}

TEST_F(StartWeightsTest, MayBeOfANamedTrialAndFold) {
  v1::SweepSpec spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_trial(1);
  spec.mutable_training()->mutable_start_from()->set_fold(2);
  EXPECT_EQ(Origins(spec),
            (std::vector<std::string>{"sweep a, trial 1, fold 2", "sweep a, trial 1, fold 2"}));
  EXPECT_THAT(LastTrial().reason(), HasSubstr("its scores are too good"));
}

TEST_F(StartWeightsTest, MayBeChosenByTheSearch) {
  v1::SweepSpec spec = AfterA("b", 2);
  Vary(spec, "training.start_from.trial", {"1", "-1"});
  EXPECT_EQ(Origins(spec),
            (std::vector<std::string>{"sweep a, trial 1, fold 0", "sweep a, trial 1, fold 1",
                                      "sweep a, trial 0, fold 0", "sweep a, trial 0, fold 1"}));
}

TEST_F(StartWeightsTest, AreTheSameAfterARestart) {
  ASSERT_TRUE(core.Submit(AfterA("b", 2)).ok());
  core.Prepare("w1");
  core.Restart();
  EXPECT_EQ(core.sweep("b").trials[0].start_weights.size(), 2u);
  core.Register("w1");
  core.Finish("b", "w1");
  EXPECT_EQ(core.sweep("b").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(StartWeightsTest, SweepsWithoutThemHaveNone) {
  ASSERT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  core.Prepare("w1");
  EXPECT_THAT(core.sweep("b").trials[0].start_weights, IsEmpty());
  EXPECT_FALSE(core.Acquire("w1").lease().task().train_fold().has_start_weights());
}

TEST_F(StartWeightsTest, KeepTheEarlierSweepWhileTheyAreNeeded) {
  ASSERT_TRUE(core.Submit(AfterA("b", 2)).ok());
  const absl::Status status = core.Remove("a");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("sweep 'b' begins with the weights of 'a'"));
  ASSERT_TRUE(core.Cancel("b").ok());
  core.Remove("a").IgnoreError();
  core.RunEffect();
  EXPECT_EQ(core.state().FindSweep("a"), nullptr);
  // Submitting what is there already asks for nothing.
  EXPECT_TRUE(core.Submit(AfterA("b", 2)).ok());
  core.Restart();
}

TEST_F(StartWeightsTest, UnknownSweepsTrialsAndFoldsAreRefused) {
  v1::SweepSpec spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_sweep("z");
  EXPECT_THAT(Refusal(spec), HasSubstr("training.start_from.sweep: there is no sweep 'z'"));
  spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_trial(2);
  EXPECT_THAT(Refusal(spec), HasSubstr("training.start_from.trial: sweep 'a' has no trial 2"));
  spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_fold(3);
  EXPECT_THAT(Refusal(spec), HasSubstr("training.start_from.fold: sweep 'a' has no fold 3"));
  EXPECT_THAT(Refusal(AfterA("b", 4)), HasSubstr("it has 3, counted from 0"));
}

TEST_F(StartWeightsTest, EveryValueOfTheSearchIsLookedAtBefore) {
  v1::SweepSpec spec = AfterA("b", 2);
  Vary(spec, "training.start_from.trial", {"0", "7"});
  EXPECT_THAT(Refusal(spec), HasSubstr("has no trial 7"));
  Vary(spec, "training.start_from.sweep", {"a", "z"});
  EXPECT_THAT(Refusal(spec), HasSubstr("there is no sweep 'z'"));
}

TEST_F(StartWeightsTest, EveryNumberOfARangeIsLookedAtBefore) {
  v1::SweepSpec spec = AfterA("b", 2);
  VaryInRange(spec, "training.start_from.trial", 0, 2);
  EXPECT_THAT(Refusal(spec), HasSubstr("training.start_from.trial: sweep 'a' has no trial 2"));
  VaryInRange(spec, "training.start_from.fold", 1, 3);
  EXPECT_THAT(Refusal(spec), HasSubstr("training.start_from.fold: sweep 'a' has no fold 3"));
  // No grid has as many points, but draws may come from such a range.
  spec.mutable_search()->mutable_method()->mutable_random();
  spec.mutable_search()->set_max_trials(2);
  VaryInRange(spec, "training.start_from.fold", 1, 2147483647);
  EXPECT_THAT(Refusal(spec), HasSubstr("has no fold 3"));
  VaryInRange(spec, "training.start_from.fold", -1, 2);
  EXPECT_TRUE(core.Submit(spec).ok());
}

TEST_F(StartWeightsTest, SweepsThatRunOrEndedWithoutResultsAreRefused) {
  ASSERT_TRUE(core.Submit(SmallSweep("c", 1, 2)).ok());
  v1::SweepSpec spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_sweep("c");
  EXPECT_THAT(Refusal(spec), HasSubstr("sweep 'c' has not ended yet"));
  ASSERT_TRUE(core.Cancel("c").ok());
  EXPECT_THAT(Refusal(spec), HasSubstr("sweep 'c' ended without a trained trial"));
}

TEST_F(StartWeightsTest, FoldsThatWereGivenUpAreRefused) {
  ASSERT_TRUE(core.Submit(SmallSweep("c", 1, 2)).ok());
  core.Prepare("w1");
  ASSERT_TRUE(core.Fail(core.Acquire("w1").lease(), v1::FAILURE_KIND_NAN).ok());
  core.Finish("c", "w1");
  EXPECT_EQ(core.sweep("c").ended->state(), v1::SWEEP_STATE_DEGRADED);
  v1::SweepSpec spec = AfterA("b", 2);
  spec.mutable_training()->mutable_start_from()->set_sweep("c");
  EXPECT_THAT(Refusal(spec), HasSubstr("fold 0 of trial 0 of sweep 'c' has no weights"));
  spec.mutable_training()->mutable_start_from()->set_fold(1);
  EXPECT_TRUE(core.Submit(spec).ok());
}

TEST(StartSweeps, AreThoseThatTrialsMayName) {
  v1::SweepSpec spec;
  EXPECT_THAT(StartSweeps(spec), IsEmpty());
  spec.mutable_training()->mutable_start_from()->set_sweep("a");
  EXPECT_THAT(StartSweeps(spec), testing::ElementsAre("a"));
  spec.mutable_search()->add_parameters();
  Vary(spec, "training.start_from.sweep", {"b", "c"});
  EXPECT_THAT(StartSweeps(spec), testing::ElementsAre("b", "c"));
}

}  // namespace
}  // namespace pleat
