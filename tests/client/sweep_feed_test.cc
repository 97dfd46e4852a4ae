#include "client/sweep_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "client/sweep_follower.h"
#include "tests/client/fake_service.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;

void WriteRecord(grpc::ServerWriter<v1::WatchResponse>& writer, uint64_t sequence) {
  v1::WatchResponse event;
  event.mutable_record()->set_sequence(sequence);
  writer.Write(event);
}

// Sequence numbers of everything that a feed brings until it ends.
std::vector<uint64_t> Drain(SweepFeed& feed) {
  std::vector<uint64_t> sequences;
  while (!feed.finished()) {
    for (const v1::WatchResponse& event : feed.Take(1000)) {
      sequences.push_back(event.record().sequence());
    }
  }
  return sequences;
}

TEST(SweepFeed, GoesOnAfterTheLastRecordItSaw) {
  FakeService service;
  std::vector<uint64_t> asked;
  service.on_watch = [&](const v1::WatchRequest& request, auto& writer) -> grpc::Status {
    asked.push_back(request.from_sequence());
    WriteRecord(writer, request.from_sequence());
    if (asked.size() == 1) return {grpc::StatusCode::UNAVAILABLE, "restarting"};
    return grpc::Status::OK;
  };
  Connection connection(service.address());
  SweepFeed feed(connection, "story", 5, /*patience_ms=*/20'000);
  EXPECT_THAT(Drain(feed), ElementsAre(5, 6));
  EXPECT_THAT(asked, ElementsAre(5, 6));
  EXPECT_TRUE(feed.status().ok());
}

TEST(SweepFeed, GoesOnAfterACoordinatorThatStopped) {
  FakeService service;
  int calls = 0;
  service.on_watch = [&](const v1::WatchRequest& request, auto& writer) -> grpc::Status {
    WriteRecord(writer, request.from_sequence());
    return ++calls == 1 ? grpc::Status::CANCELLED : grpc::Status::OK;
  };
  Connection connection(service.address());
  SweepFeed feed(connection, "story", 5, /*patience_ms=*/20'000);
  EXPECT_THAT(Drain(feed), ElementsAre(5, 6));
  EXPECT_TRUE(feed.status().ok()) << feed.status();
}

TEST(SweepFeed, IsPatientFromTheBreakOnHoweverQuietItWasBefore) {
  FakeService service;
  int calls = 0;
  service.on_watch = [&](const v1::WatchRequest& request, auto& writer) -> grpc::Status {
    WriteRecord(writer, request.from_sequence());
    if (++calls == 2) return grpc::Status::OK;
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    return {grpc::StatusCode::UNAVAILABLE, "restarting"};
  };
  Connection connection(service.address());
  SweepFeed feed(connection, "story", 5, /*patience_ms=*/500);
  EXPECT_THAT(Drain(feed), ElementsAre(5, 6));
  EXPECT_TRUE(feed.status().ok()) << feed.status();
}

TEST(SweepFeed, KnowsThatTheCoordinatorIsBackThoughItTellsNothing) {
  std::atomic<int> calls = 0;
  std::atomic<bool> was_away = false;
  std::atomic<bool> over = false;
  FakeService service;
  service.on_watch = [&](const auto&, auto& writer) -> grpc::Status {
    if (++calls == 1) return {grpc::StatusCode::UNAVAILABLE, "restarting"};
    was_away.wait(false);
    writer.Write(v1::WatchResponse());
    over.wait(false);
    return grpc::Status::OK;
  };
  Connection connection(service.address());
  {
    SweepFeed feed(connection, "story", 5, /*patience_ms=*/20'000);
    const auto becomes = [&](bool away) {
      for (int i = 0; i < 1000 && feed.is_away() != away; ++i) EXPECT_TRUE(feed.Take(5).empty());
      return feed.is_away() == away;
    };
    EXPECT_TRUE(becomes(true));
    was_away = true;
    was_away.notify_all();
    EXPECT_TRUE(becomes(false));
  }
  over = true;
  over.notify_all();
}

TEST(SweepFeed, GivesUpACoordinatorThatStaysAway) {
  Connection connection("127.0.0.1:1");
  SweepFeed feed(connection, "story", 0, /*patience_ms=*/50);
  EXPECT_TRUE(Drain(feed).empty());
  EXPECT_TRUE(absl::IsUnavailable(feed.status()));
}

TEST(SweepFeed, PassesErrorsOnThatNoRetryMends) {
  FakeService service;
  service.on_watch = [](const auto&, auto&) -> grpc::Status {
    return {grpc::StatusCode::FAILED_PRECONDITION, "no"};
  };
  Connection connection(service.address());
  SweepFeed feed(connection, "story", 0, 20'000);
  EXPECT_TRUE(Drain(feed).empty());
  EXPECT_TRUE(absl::IsFailedPrecondition(feed.status()));
}

TEST(SweepFollower, StopsWhenAskedThoughNothingHappens) {
  FakeService service;
  std::atomic<bool> stop = false;
  std::atomic<bool> release = false;
  service.on_watch = [&](const auto&, auto&) -> grpc::Status {
    stop = true;
    release.wait(false);
    return grpc::Status::OK;
  };
  std::FILE* out = std::tmpfile();
  absl::Status followed;
  {
    Connection connection(service.address());
    SweepView view;
    followed = FollowSweep(connection, "story", 0, {.out = out, .stop = &stop}, view);
  }
  release = true;
  release.notify_all();
  EXPECT_TRUE(absl::IsCancelled(followed));
  std::fclose(out);
}

}  // namespace
}  // namespace pleat
