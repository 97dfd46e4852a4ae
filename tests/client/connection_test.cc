#include "client/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/client/fake_service.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

TEST(Connection, SaysWhereNobodyAnswers) {
  Connection connection("127.0.0.1:1", /*patience_ms=*/50);
  const absl::Status status = connection.List().status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no coordinator answers at 127.0.0.1:1"));
}

TEST(Connection, KeepsTheWordsOfACoordinatorThatCannotServe) {
  FakeService service;
  service.get_status = {grpc::StatusCode::UNAVAILABLE, "the coordinator is stopping"};
  Connection connection(service.address(), /*patience_ms=*/1000);
  const absl::Status status = connection.Get("story").status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_EQ(std::string(status.message()), "the coordinator is stopping");
}

TEST(Connection, SuggestsASweepOnlyIfTheSweepIsWhatIsMissing) {
  FakeService service;
  service.list.add_sweeps()->set_name("story");
  service.cancel_status = {grpc::StatusCode::NOT_FOUND, "there is no trial 9"};
  Connection connection(service.address());
  v1::CancelRequest request;
  request.set_name("story");
  EXPECT_EQ(std::string(connection.Cancel(request).message()), "there is no trial 9");
  request.set_name("storey");
  EXPECT_THAT(std::string(connection.Cancel(request).message()), HasSubstr("did you mean"));
}

TEST(Connection, SaysThatAnotherProgramAnswers) {
  FakeService service;
  service.get_status = {grpc::StatusCode::UNIMPLEMENTED, ""};
  Connection connection(service.address());
  const absl::Status status = connection.Get("story").status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("is no pleat-coordinator"));
}

TEST(Connection, StopsWhileNobodyAnswers) {
  std::atomic<bool> stop = false;
  Connection connection("127.0.0.1:1", /*patience_ms=*/60'000, &stop);
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop = true;
  });
  EXPECT_TRUE(absl::IsCancelled(connection.List().status()));
}

TEST(Connection, StopsWhileACallHangs) {
  std::atomic<bool> stop = false;
  std::atomic<bool> over = false;
  FakeService service;
  service.on_remove = [&] {
    stop = true;
    over.wait(false);
    return grpc::Status::OK;
  };
  Connection connection(service.address(), /*patience_ms=*/60'000, &stop);
  EXPECT_TRUE(absl::IsCancelled(connection.Remove("story")));
  over = true;
  over.notify_all();
}

TEST(Connection, WaitsForARemovalBeyondItsPatience) {
  FakeService service;
  service.on_remove = [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return grpc::Status::OK;
  };
  Connection connection(service.address(), /*patience_ms=*/50);
  EXPECT_TRUE(connection.Remove("story").ok());
}

}  // namespace
}  // namespace pleat
