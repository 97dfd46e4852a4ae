#include "worker/session/coordinator_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "common/base/clock.h"
#include "tests/worker/session/fake_coordinator.h"

namespace pleat {
namespace {

using testing::HasSubstr;

int64_t MsOf(const std::function<void()>& act) {
  const int64_t begin_ms = SystemClock().SteadyMs();
  act();
  return SystemClock().SteadyMs() - begin_ms;
}

TEST(CoordinatorClient, GivesUpOnAnAbsentCoordinatorWhenTheGraceIsOver) {
  FakeCoordinator coordinator;
  CoordinatorClient client(coordinator.address(), "w1");
  coordinator.Stop();
  client.Leave(200);
  EXPECT_TRUE(absl::IsUnavailable(client.ReleaseTask({}, "leaving")));
}

TEST(CoordinatorClient, AllCallsOfAWorkerThatLeavesShareOneGrace) {
  FakeCoordinator coordinator;
  CoordinatorClient client(coordinator.address(), "w1");
  coordinator.Hang();
  client.Leave(300);
  EXPECT_LT(MsOf([&] {
              EXPECT_TRUE(absl::IsUnavailable(client.PublishCheckpoint({}, {})));
              EXPECT_TRUE(absl::IsUnavailable(client.ReleaseTask({}, "leaving")));
              EXPECT_FALSE(client.Heartbeat({}, {}).ok());
            }),
            900);
}

TEST(CoordinatorClient, LeavingHurriesTheCallsThatAreOpen) {
  FakeCoordinator coordinator;
  CoordinatorClient client(coordinator.address(), "w1");
  coordinator.Hang();
  std::thread leaves([&] {
    while (coordinator.hanging() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    client.Leave(300);
  });
  EXPECT_LT(MsOf([&] { EXPECT_TRUE(absl::IsUnavailable(client.CompleteTask({}, {}))); }), 5'000);
  leaves.join();
}

TEST(CoordinatorClient, ACallBrokenOffByLeavingIsMadeAgain) {
  FakeCoordinator coordinator;
  CoordinatorClient client(coordinator.address(), "w1");
  coordinator.Hang(1);
  std::thread leaves([&] {
    while (coordinator.hanging() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    client.Leave(5'000);
  });
  EXPECT_TRUE(client.CompleteTask({}, {}).ok());
  leaves.join();
}

TEST(CoordinatorClient, AWorkerThatLeavesPollsNoMore) {
  FakeCoordinator coordinator;
  CoordinatorClient client(coordinator.address(), "w1");
  client.Leave(5'000);
  EXPECT_TRUE(absl::IsCancelled(client.AcquireTask("w1/1", 10'000).status()));
  EXPECT_TRUE(client.AcquireTask("w1/1", 0).ok());
}

TEST(CoordinatorClient, SaysThatSomethingElseListens) {
  // A server that knows nothing of workers.
  v1::SweepService::Service other;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&other);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  CoordinatorClient client(absl::StrCat("127.0.0.1:", port), "w1");
  const absl::Status status = client.Register(v1::WorkerInfo(), "store-1").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("check --coordinator"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat(port)));
}

TEST(CoordinatorClient, SaysThatItIsNotLetIn) {
  FakeCoordinator coordinator;
  coordinator.RefuseWorkers("no token", grpc::StatusCode::PERMISSION_DENIED);
  CoordinatorClient client(coordinator.address(), "w1");
  const absl::Status status = client.Register(v1::WorkerInfo(), "store-1").status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("no token"));
}

}  // namespace
}  // namespace pleat
