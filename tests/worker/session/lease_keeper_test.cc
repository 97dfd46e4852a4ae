#include "worker/session/lease_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/worker/session/eventually.h"
#include "tests/worker/session/fake_coordinator.h"
#include "worker/session/lease_observer.h"

namespace pleat {
namespace {

using testing::HasSubstr;

v1::AttemptId Attempt() {
  v1::AttemptId id;
  id.set_sweep("digits");
  id.set_task("train/0000/1");
  id.set_attempt(3);
  return id;
}

class LeaseKeeperTest : public testing::Test {
 protected:
  std::atomic<bool> leaving_ = false;
  FakeCoordinator coordinator_;
  CoordinatorClient client_{coordinator_.address(), "w1"};
};

TEST_F(LeaseKeeperTest, SendsHeartbeatsWithTheLatestProgress) {
  LeaseKeeper keeper(client_, Attempt(), 10);
  v1::Progress progress;
  progress.set_epoch(2);
  progress.set_step(7);
  keeper.SetProgress(progress);
  EXPECT_TRUE(Eventually([&] { return coordinator_.last_progress().step() == 7; }));
  EXPECT_FALSE(keeper.over());
}

TEST_F(LeaseKeeperTest, TellsWhatTheAttemptWaitsFor) {
  LeaseKeeper keeper(client_, Attempt(), 10);
  LeaseObserver observer(client_, keeper, leaving_);
  EXPECT_EQ(observer.NextAction(v1::Progress()), StepAction::kContinue);
  keeper.SetWait("no space");
  EXPECT_TRUE(Eventually([&] { return coordinator_.last_progress().waits_for() == "no space"; }));
  EXPECT_EQ(observer.NextAction(v1::Progress()), StepAction::kAwaitCheckpoint);
  keeper.SetWait("");
  EXPECT_TRUE(Eventually([&] { return coordinator_.last_progress().waits_for().empty(); }));
}

TEST_F(LeaseKeeperTest, HearsWhichCheckpointComesBeforeADamagedOne) {
  LeaseKeeper keeper(client_, Attempt(), 10'000);
  LeaseObserver observer(client_, keeper, leaving_);
  v1::Checkpoint before;
  before.set_epoch(2);
  coordinator_.AddEarlierCheckpoint(before);
  EXPECT_EQ(observer.OnDamagedCheckpoint(v1::Checkpoint(), "torn").value()->epoch(), 2u);
  EXPECT_FALSE(observer.OnDamagedCheckpoint(v1::Checkpoint(), "torn").value().has_value());
  coordinator_.RefuseAttempts("stale");
  EXPECT_TRUE(absl::IsCancelled(observer.OnDamagedCheckpoint(before, "torn").status()));
  EXPECT_TRUE(keeper.over());
}

// A keeper that counts how often it found its task to hang.
class HangTest : public LeaseKeeperTest {
 protected:
  ProgressWatch Watch() {
    return {.timeout_ms = 100, .on_hang = [this] { ++hangs_; }};
  }
  std::atomic<int> hangs_ = 0;
};

TEST_F(HangTest, IsATaskThatDoesNotMove) {
  LeaseKeeper keeper(client_, Attempt(), 10, Watch());
  EXPECT_TRUE(Eventually([&] { return hangs_ > 0; }));
}

TEST_F(HangTest, IsATaskThatDoesNotHearThatItsAttemptIsOver) {
  coordinator_.RefuseAttempts("stale");
  LeaseKeeper keeper(client_, Attempt(), 10, Watch());
  EXPECT_TRUE(Eventually([&] { return keeper.over(); }));
  EXPECT_TRUE(Eventually([&] { return hangs_ > 0; }));
}

TEST_F(HangTest, IsNoTaskThatMovesOrWhoseCoordinatorIsAway) {
  LeaseKeeper keeper(client_, Attempt(), 10, Watch());
  for (int i = 0; i < 40; ++i) {
    keeper.Advance();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(hangs_, 0);
  coordinator_.Stop();
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  EXPECT_EQ(hangs_, 0);
  coordinator_.Restart();
  EXPECT_TRUE(Eventually([&] { return hangs_ > 0; }));
}

TEST_F(LeaseKeeperTest, EndsWhenToldToStop) {
  LeaseKeeper keeper(client_, Attempt(), 10);
  coordinator_.StopAttempts("trial 0 was cancelled");
  EXPECT_TRUE(Eventually([&] { return keeper.over(); }));
  EXPECT_EQ(keeper.reason(), "trial 0 was cancelled");
}

TEST_F(LeaseKeeperTest, EndsWhenTheAttemptIsStale) {
  LeaseKeeper keeper(client_, Attempt(), 10);
  coordinator_.RefuseAttempts("attempt 3 is stale");
  EXPECT_TRUE(Eventually([&] { return keeper.over(); }));
  EXPECT_EQ(keeper.reason(), "attempt 3 is stale");
}

TEST_F(LeaseKeeperTest, OutlivesACoordinatorThatIsAway) {
  LeaseKeeper keeper(client_, Attempt(), 10);
  EXPECT_TRUE(Eventually([&] { return coordinator_.heartbeats > 0; }));
  coordinator_.Stop();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_FALSE(keeper.over());
  const int before = coordinator_.heartbeats;
  coordinator_.Restart();
  EXPECT_TRUE(Eventually([&] { return coordinator_.heartbeats > before; }));
  EXPECT_FALSE(keeper.over());
}

TEST_F(LeaseKeeperTest, ObserverAsksForACheckpointWhenTheWorkerLeaves) {
  LeaseKeeper keeper(client_, Attempt(), 1'000);
  LeaseObserver observer(client_, keeper, leaving_);
  EXPECT_EQ(observer.NextAction({}), StepAction::kContinue);
  EXPECT_FALSE(observer.ShouldAbandon());
  leaving_ = true;
  EXPECT_EQ(observer.NextAction({}), StepAction::kCheckpointAndStop);
  EXPECT_TRUE(observer.ShouldAbandon());
}

TEST_F(LeaseKeeperTest, ObserverStopsAtAnEpochThatIsAnsweredWithStop) {
  LeaseKeeper keeper(client_, Attempt(), 1'000);
  LeaseObserver observer(client_, keeper, leaving_);
  EXPECT_TRUE(observer.OnEpoch({}).ok());
  coordinator_.StopAttempts("enough");
  EXPECT_TRUE(absl::IsCancelled(observer.OnEpoch({})));
  EXPECT_EQ(observer.NextAction({}), StepAction::kStop);
}

TEST_F(LeaseKeeperTest, ObserverEndsTheAttemptAtAStaleReport) {
  LeaseKeeper keeper(client_, Attempt(), 1'000);
  LeaseObserver observer(client_, keeper, leaving_);
  coordinator_.RefuseAttempts("attempt 3 is stale");
  EXPECT_TRUE(absl::IsCancelled(observer.OnCheckpoint({})));
  EXPECT_TRUE(keeper.over());
}

TEST_F(LeaseKeeperTest, ObserverFailsTheTrainingWhenAReportIsRefused) {
  LeaseKeeper keeper(client_, Attempt(), 1'000);
  LeaseObserver observer(client_, keeper, leaving_);
  coordinator_.RefuseAttempts("no epoch 7 in 4 epochs", grpc::StatusCode::INVALID_ARGUMENT);
  const absl::Status refused = observer.OnEpoch({});
  EXPECT_TRUE(absl::IsInternal(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("no epoch 7"));
  coordinator_.RefuseAttempts("too large", grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(absl::IsResourceExhausted(observer.OnCheckpoint({})));
  EXPECT_FALSE(keeper.over());
}

TEST_F(LeaseKeeperTest, ObserverGivesUpOnAnAbsentCoordinatorOnlyWhenItLeaves) {
  LeaseKeeper keeper(client_, Attempt(), 1'000);
  LeaseObserver observer(client_, keeper, leaving_);
  coordinator_.Stop();
  client_.Leave(100);
  EXPECT_TRUE(absl::IsCancelled(observer.OnCheckpoint({})));
}

TEST_F(LeaseKeeperTest, CallsWaitForACoordinatorThatComesBack) {
  coordinator_.Stop();
  std::thread comes_back([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    coordinator_.Restart();
  });
  EXPECT_TRUE(client_.PublishCheckpoint(Attempt(), {}).ok());
  comes_back.join();
}

}  // namespace
}  // namespace pleat
