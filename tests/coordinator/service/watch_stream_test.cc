#include "coordinator/service/watch_stream.h"

#include <gmock/gmock.h>

#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

class WatchStreamTest : public ServiceFixture {
 protected:
  // One open watch.
  struct Watch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader;
    v1::WatchResponse event;

    bool Next() { return reader->Read(&event); }
  };

  // Opens a watch and reads its first, empty response.
  std::unique_ptr<Watch> Open(const std::string& name, uint64_t from = 0) {
    auto watch = std::make_unique<Watch>();
    v1::WatchRequest request;
    request.set_name(name);
    request.set_from_sequence(from);
    request.set_progress(true);
    watch->reader = sweeps->Watch(&watch->context, request);
    EXPECT_TRUE(watch->Next());
    EXPECT_EQ(watch->event.event_case(), v1::WatchResponse::EVENT_NOT_SET);
    return watch;
  }
};

TEST_F(WatchStreamTest, ReplaysThenFollowsUntilTheSweepEnds) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  const auto watch = Open("a");
  ASSERT_TRUE(watch->Next());
  EXPECT_TRUE(watch->event.record().has_sweep_submitted());
  EXPECT_FALSE(watch->event.record().has_reply());
  ASSERT_TRUE(Cancel("a").ok());
  bool ended = false;
  while (watch->Next()) ended = watch->event.record().has_sweep_ended();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(watch->reader->Finish().ok());
}

TEST_F(WatchStreamTest, ResumesBehindTheLastSequenceSeen) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_TRUE(Cancel("a").ok());
  const auto first = Open("a");
  std::vector<uint64_t> all, resumed;
  while (first->Next()) all.push_back(first->event.record().sequence());
  ASSERT_GE(all.size(), 2);
  const auto second = Open("a", all[0] + 1);
  while (second->Next()) resumed.push_back(second->event.record().sequence());
  EXPECT_EQ(resumed, std::vector<uint64_t>(all.begin() + 1, all.end()));
}

TEST_F(WatchStreamTest, EndsAtOnceWhenNothingIsLeftOfAnEndedSweep) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  ASSERT_TRUE(Cancel("a").ok());
  const auto watch = Open("a", 1'000'000);
  EXPECT_FALSE(watch->Next());
  EXPECT_TRUE(watch->reader->Finish().ok());
}

TEST_F(WatchStreamTest, RefusesAnUnknownSweep) {
  StartCoordinator();
  v1::CreateStudyRequest study;
  study.set_request_id(NextId());
  study.set_name("points");
  study.mutable_search()->mutable_method()->mutable_random();
  study.mutable_search()->set_max_trials(9);
  v1::ParameterSpec& parameter = *study.mutable_search()->add_parameters();
  parameter.set_key("x");
  parameter.mutable_uniform()->set_min(0);
  parameter.mutable_uniform()->set_max(1);
  grpc::ClientContext context;
  v1::CreateStudyResponse created;
  const grpc::Status status = studies->CreateStudy(&context, study, &created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  // The journal keeps the coordinator's own records and those of studies too.
  for (const char* name : {"nobody", "", "study/points"}) {
    const auto watch = Open(name);
    EXPECT_FALSE(watch->Next()) << name;
    EXPECT_EQ(watch->reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND) << name;
  }
}

TEST_F(WatchStreamTest, CarriesProgressToReadersThatWait) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("w");
  grpc::ClientContext acquiring, beating;
  v1::AcquireTaskResponse task;
  ASSERT_TRUE(Acquire(acquiring, "w", 0, task).ok());
  const auto watch = Open("a");
  while (watch->Next() && !watch->event.record().has_task_leased()) {
  }
  // The reader may still be on its way to waiting when a heartbeat comes; then that one is dropped.
  std::atomic<bool> seen = false;
  std::thread heartbeats([&] {
    while (!seen) {
      v1::HeartbeatRequest request;
      request.set_worker_id("w");
      *request.mutable_attempt() = AttemptOf(task.lease());
      request.mutable_progress()->set_step(7);
      grpc::ClientContext context;
      v1::HeartbeatResponse response;
      EXPECT_TRUE(workers->Heartbeat(&context, request, &response).ok());
    }
  });
  EXPECT_TRUE(watch->Next());
  seen = true;
  heartbeats.join();
  EXPECT_EQ(watch->event.progress().task(), "prepare");
  EXPECT_EQ(watch->event.progress().progress().step(), 7);
  watch->context.TryCancel();
}

TEST_F(WatchStreamTest, ForgetsAReaderThatWentAway) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  const auto watch = Open("a");
  ASSERT_TRUE(watch->Next());
  watch->context.TryCancel();
  EXPECT_EQ(watch->reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Cancel("a").ok());
}

}  // namespace
}  // namespace pleat
