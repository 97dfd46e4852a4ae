// A coordinator whose journal's disk is short of space.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class SpaceCommandsTest : public testing::Test {
 protected:
  SpaceCommandsTest() {
    EXPECT_TRUE(core.Submit(SmallSweep("a", 2, 2)).ok());
    core.Register("w1");
    core.Prepare("w1");
    running = core.Acquire("w1").lease();
  }

  void SeeFree(uint64_t free_mib) {
    core.Send(0, StateSpace{{.free_bytes = free_mib << 20, .total_bytes = uint64_t{1} << 40}});
  }

  CoreHarness core;
  v1::Lease running;
};

TEST_F(SpaceCommandsTest, RefusesNewWorkBeforeItIsApplied) {
  SeeFree(63);
  const size_t records = core.journal.size();
  EXPECT_TRUE(absl::IsResourceExhausted(core.Submit(SmallSweep("b", 1, 2))));
  EXPECT_TRUE(absl::IsResourceExhausted(core.Extend("a", 1)));
  EXPECT_TRUE(absl::IsResourceExhausted(core.ChangeLimits("a", {"search.max_trials=7"})));
  EXPECT_EQ(core.journal.size(), records);
  EXPECT_EQ(core.state().FindSweep("b"), nullptr);
}

// Whoever was refused goes on, so a copy that comes when there is space again is not done.
TEST_F(SpaceCommandsTest, RefusesALateCopyOfWhatItHadNoSpaceFor) {
  v1::SubmitRequest request;
  request.set_request_id("c/1");
  *request.mutable_spec() = SmallSweep("b", 1, 2);
  SeeFree(63);
  const Reply first = core.Ask(request);
  EXPECT_TRUE(absl::IsResourceExhausted(first.status));
  SeeFree(100);
  EXPECT_EQ(core.Ask(request).status, first.status);
  EXPECT_EQ(core.state().FindSweep("b"), nullptr);
  EXPECT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
}

// Though it was sent before and waits for a suggestion.
TEST_F(SpaceCommandsTest, RefusesAnAskThatWaitsWhenACopyOfItIsRefused) {
  v1::CreateStudyRequest study;
  study.set_request_id("c/1");
  study.set_name("s");
  study.mutable_search()->mutable_method()->mutable_tpe()->set_startup_trials(1);
  study.mutable_search()->set_max_trials(9);
  v1::ParameterSpec& parameter = *study.mutable_search()->add_parameters();
  parameter.set_key("x");
  parameter.mutable_uniform()->set_min(0);
  parameter.mutable_uniform()->set_max(1);
  ASSERT_TRUE(core.Ask(study).status.ok());
  v1::AskRequest ask;
  ask.set_study("s");
  ask.set_request_id("c/2");
  ASSERT_TRUE(core.Ask(ask).status.ok());
  ask.set_request_id("c/3");
  core.Send(7, ask);  // the second trial is learned
  SeeFree(63);
  const Reply copy = core.Ask(ask);
  EXPECT_TRUE(absl::IsResourceExhausted(copy.status)) << copy.status;
  core.RunSuggestion();
  EXPECT_EQ(core.TakeReply(7).status, copy.status);
  EXPECT_EQ(core.state().studies().Find("s")->trials.size(), 1u);
}

// And the other way round: what was refused before stays so.
TEST_F(SpaceCommandsTest, RefusesWhatItRefusedBeforeForTheSameReason) {
  v1::RetryRequest request;
  request.set_request_id("c/1");
  request.set_name("a");
  const Reply first = core.Ask(request);
  EXPECT_TRUE(absl::IsFailedPrecondition(first.status)) << first.status;
  SeeFree(15);
  EXPECT_EQ(core.Ask(request).status, first.status);
}

TEST_F(SpaceCommandsTest, ServesReadsAndSaysSo) {
  SeeFree(63);
  EXPECT_THAT(core.Get("a").refuses(), HasSubstr("no new work is taken"));
  const Reply list = core.Ask(v1::ListRequest());
  EXPECT_THAT(std::get<v1::ListResponse>(list.response).refuses(), HasSubstr("63.0 MiB free"));
  core.Register("w2");
  EXPECT_THAT(core.Acquire("w2").idle_reason(), HasSubstr("no new work is taken"));
}

TEST_F(SpaceCommandsTest, BringsRunningWorkToItsEnd) {
  SeeFree(63);
  EXPECT_TRUE(core.ReportEpoch(running, 1).ok());
  EXPECT_TRUE(core.Publish(running, 1).ok());
  EXPECT_TRUE(core.Complete(running).ok());
  EXPECT_EQ(core.sweep("a").folds_done, 1);
}

TEST_F(SpaceCommandsTest, LetsPeopleMakeSpace) {
  SeeFree(1);
  EXPECT_TRUE(core.Cancel("a").ok());
  EXPECT_EQ(core.Remove("a").code(), absl::StatusCode::kUnknown);
}

TEST_F(SpaceCommandsTest, HandsTasksOutToThoseWhoWaitWhenSpaceIsBack) {
  SeeFree(63);
  core.Register("w2");
  v1::AcquireTaskRequest poll;
  poll.set_request_id("w2/poll");
  poll.set_worker_id("w2");
  poll.set_wait_ms(10'000);
  core.Send(7, poll);
  EXPECT_EQ(core.TakeReply(7).status.code(), absl::StatusCode::kUnknown);
  SeeFree(100);
  EXPECT_TRUE(std::get<v1::AcquireTaskResponse>(core.TakeReply(7).response).has_lease());
  EXPECT_TRUE(core.Submit(SmallSweep("b", 1, 2)).ok());
  EXPECT_EQ(core.Get("a").refuses(), "");
}

// Workers try again on UNAVAILABLE; their leases are not lost meanwhile, however long it takes.
TEST_F(SpaceCommandsTest, JournalsNothingThatCanWaitWhenSpaceIsSpent) {
  SeeFree(15);
  const size_t records = core.journal.size();
  EXPECT_TRUE(absl::IsUnavailable(core.ReportEpoch(running, 1)));
  EXPECT_TRUE(absl::IsUnavailable(core.Complete(running)));
  EXPECT_TRUE(core.Heartbeat(running, 1).ok());
  core.AdvanceMs(1'000'000);
  EXPECT_EQ(core.journal.size(), records);
  SeeFree(100);
  EXPECT_TRUE(core.Complete(running).ok());
  EXPECT_EQ(core.sweep("a").folds_done, 1);
}

TEST_F(SpaceCommandsTest, AnswersARetryWithTheFirstAnswer) {
  v1::SubmitRequest request;
  request.set_request_id("c/1");
  *request.mutable_spec() = SmallSweep("b", 1, 2);
  ASSERT_TRUE(core.Ask(request).status.ok());
  SeeFree(1);
  EXPECT_TRUE(core.Ask(request).status.ok());
}

TEST(SpaceCommands, TakeResultsOfEffectsWhenSpaceIsBack) {
  CoreHarness core;
  ASSERT_TRUE(core.Submit(SmallSweep("a", 1, 2)).ok());
  core.Register("w1");
  ASSERT_TRUE(core.Complete(core.Acquire("w1").lease()).ok());
  core.Send(0, StateSpace{{.free_bytes = 0, .total_bytes = uint64_t{1} << 40}});
  const size_t records = core.journal.size();
  core.RunEffect();
  EXPECT_EQ(core.journal.size(), records);
  core.Send(0, StateSpace{{.free_bytes = uint64_t{1} << 40, .total_bytes = uint64_t{1} << 40}});
  EXPECT_TRUE(core.sweep("a").folds.has_value());
}

}  // namespace
}  // namespace pleat
