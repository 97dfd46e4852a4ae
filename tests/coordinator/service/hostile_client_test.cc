// Clients of the right network that mean no good: what they send over the wire is refused, and
// floods find an end.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include <condition_variable>
#include <list>
#include <mutex>

#include "coordinator/core/request_check.h"
#include "coordinator/service/sweep_service.h"
#include "tests/coordinator/journal/wrapped_journal.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class HostileClientTest : public ServiceFixture {
 protected:
  // All that the journal has.
  std::string Journaled() {
    std::string all;
    EXPECT_TRUE(journal
                    ->Replay([&](const v1::JournalRecord& record) {
                      all += record.SerializeAsString();
                      return absl::OkStatus();
                    })
                    .ok());
    return all;
  }
};

TEST_F(HostileClientTest, UnknownFieldsAreSeenOnTheWire) {
  StartCoordinator();
  v1::CancelRequest request;
  request.set_request_id(NextId());
  request.set_name("a");
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(15, "x");
  ASSERT_TRUE(Submit("a").ok());
  const std::string before = Journaled();
  grpc::ClientContext context;
  v1::CancelResponse response;
  const grpc::Status status = sweeps->Cancel(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("a field of number 15"));
  EXPECT_EQ(Journaled(), before);
}

TEST_F(HostileClientTest, MessagesThatAreTooLargeAreNotRead) {
  StartCoordinator();
  v1::SubmitRequest request;
  request.set_request_id(NextId());
  *request.mutable_spec() = SmallSweep("a", 1, 2);
  request.set_source(std::string(kMostSubmitBytes + (1 << 20), '#'));
  grpc::ClientContext context;
  v1::SubmitResponse response;
  const grpc::Status status = sweeps->Submit(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  EXPECT_THAT(status.error_message(), HasSubstr("larger than max"));

  v1::ResolveRequest resolve;
  resolve.set_folder("/data");
  resolve.set_source(std::string(kMostSourceBytes + 1, '#'));
  grpc::ClientContext again;
  v1::ResolveResponse resolved;
  const grpc::Status refused = sweeps->Resolve(&again, resolve, &resolved);
  EXPECT_EQ(refused.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error_message(),
            "ResolveRequest.source has 1048577 bytes; at most 1048576 are accepted");
}

TEST_F(HostileClientTest, BytesThatAreNoMessageAreRefused) {
  StartCoordinator();
  grpc::GenericStub stub(Channel());
  for (const char* method :
       {"/pleat.v1.SweepService/Submit", "/pleat.v1.WorkerService/CompleteTask",
        "/pleat.v1.SearchService/Tell"}) {
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    grpc::Slice slice(std::string(100, '\xff'));
    auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
    call->StartCall();
    grpc::ByteBuffer response;
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    ASSERT_TRUE(queue.Next(&tag, &ok));
    EXPECT_FALSE(status.ok()) << method;
  }
  EXPECT_TRUE(Submit("a").ok());
}

// Polls of as many groups as one likes.
class Polls {
 public:
  explicit Polls(v1::WorkerService::Stub& workers) : workers_(workers) {}
  ~Polls() {
    for (Poll& poll : polls_) poll.context.TryCancel();
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return ended_count_ == polls_.size(); });
  }

  void Open(const std::string& worker) {
    Poll& poll = polls_.emplace_back();
    poll.request.set_request_id(worker + "/1");
    poll.request.set_worker_id(worker);
    poll.request.set_wait_ms(30'000);
    workers_.async()->AcquireTask(&poll.context, &poll.request, &poll.response,
                                  [this, &poll](grpc::Status status) {
                                    std::lock_guard lock(mutex_);
                                    poll.status = std::move(status);
                                    ++ended_count_;
                                    ended_.notify_all();
                                  });
  }
  // The status of the first `count` polls that ended.
  std::vector<grpc::Status> WaitForEnds(size_t count) {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [&] { return ended_count_ >= count; });
    std::vector<grpc::Status> ends;
    for (const Poll& poll : polls_) {
      if (poll.status.has_value()) ends.push_back(*poll.status);
    }
    return ends;
  }

 private:
  struct Poll {
    grpc::ClientContext context;
    v1::AcquireTaskRequest request;
    v1::AcquireTaskResponse response;
    std::optional<grpc::Status> status;
  };

  v1::WorkerService::Stub& workers_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<Poll> polls_;
  size_t ended_count_ = 0;
};

TEST_F(HostileClientTest, OpenCallsAreBounded) {
  loop_options.limits.open_calls = 8;
  StartCoordinator();
  for (int i = 0; i < 12; ++i) Register(absl::StrCat("w", i));
  {
    Polls polls(*workers);
    for (int i = 0; i < 12; ++i) polls.Open(absl::StrCat("w", i));
    for (const grpc::Status& status : polls.WaitForEnds(4)) {
      EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE) << status.error_message();
      EXPECT_THAT(status.error_message(), HasSubstr("8 calls wait for their answers"));
    }
  }
  // The polls' places are free again once the loop has heard of their ends.
  grpc::Status submitted;
  for (int tries = 0; tries < 1'000; ++tries) {
    submitted = Submit("a");
    if (submitted.error_code() != StatusCode::UNAVAILABLE) break;
  }
  EXPECT_TRUE(submitted.ok()) << submitted.error_message();
}

// Holds the loop's thread in a commit until it is let go.
class HeldJournal final : public WrappedJournal {
 public:
  absl::Status Commit(std::span<const v1::JournalRecord> records) override {
    std::unique_lock lock(mutex_);
    if (holds_) {
      held_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return !holds_; });
    }
    return WrappedJournal::Commit(records);
  }
  void Hold() {
    std::lock_guard lock(mutex_);
    holds_ = true;
  }
  void WaitUntilHeld() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_; });
  }
  void LetGo() {
    std::lock_guard lock(mutex_);
    holds_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool holds_ = false;
  bool held_ = false;
};

TEST_F(HostileClientTest, BytesThatWaitAreBounded) {
  auto held = std::make_unique<HeldJournal>();
  HeldJournal& gate = *held;
  journal = std::move(held);
  loop_options.limits.queued_bytes = 50'000;
  StartCoordinator();
  gate.Hold();
  v1::SubmitRequest request;
  request.set_request_id("c/1");
  *request.mutable_spec() = SmallSweep("a", 1, 2);
  request.set_source(std::string(20'000, '#'));
  std::atomic<int> answered = 0;
  loop->Send(request, [&](const absl::Status& status, const Response&) {
    EXPECT_TRUE(status.ok()) << status;
    ++answered;
  });
  gate.WaitUntilHeld();
  // The first is being handled; two of 20 kB may wait, the third may not.
  std::vector<absl::Status> refused;
  for (int i = 2; i <= 4; ++i) {
    request.set_request_id(absl::StrCat("c/", i));
    loop->Send(request, [&](const absl::Status& status, const Response&) {
      if (absl::IsUnavailable(status)) refused.push_back(status);
      ++answered;
    });
  }
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_THAT(std::string(refused[0].message()), HasSubstr("overloaded"));
  gate.LetGo();
  EXPECT_TRUE(Submit("b").ok());
  EXPECT_EQ(answered, 4);
}

TEST_F(HostileClientTest, WatchesAreBounded) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  SweepServiceImpl service(*loop, *store, /*most_watches=*/2, /*most_downloads=*/1);
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  const auto stub = v1::SweepService::NewStub(server->InProcessChannel(grpc::ChannelArguments()));
  v1::WatchRequest request;
  request.set_name("a");
  v1::WatchResponse event;
  const auto open = [&](grpc::ClientContext& context) {
    auto reader = stub->Watch(&context, request);
    return std::make_pair(reader->Read(&event), std::move(reader));
  };
  std::list<grpc::ClientContext> contexts(2);
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchResponse>>> readers;
  for (grpc::ClientContext& context : contexts) {
    auto [opened, reader] = open(context);
    EXPECT_TRUE(opened);
    readers.push_back(std::move(reader));
  }
  grpc::ClientContext third;
  auto [opened, reader] = open(third);
  EXPECT_FALSE(opened);
  const grpc::Status refused = reader->Finish();
  EXPECT_EQ(refused.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(refused.error_message(), HasSubstr("serves 2 watches at once"));

  // One that ends makes room.
  contexts.front().TryCancel();
  (void)readers.front()->Finish();
  bool reopened = false;
  for (int tries = 0; tries < 1'000 && !reopened; ++tries) {
    grpc::ClientContext context;
    auto [is_open, again] = open(context);
    reopened = is_open;
    context.TryCancel();
    (void)again->Finish();
  }
  EXPECT_TRUE(reopened);
  contexts.back().TryCancel();
  (void)readers.back()->Finish();
}

}  // namespace
}  // namespace pleat
