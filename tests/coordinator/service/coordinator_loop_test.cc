#include "coordinator/service/coordinator_loop.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/common/store/wrapped_store.h"
#include "tests/coordinator/journal/wrapped_journal.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

using testing::HasSubstr;

class CoordinatorLoopTest : public ServiceFixture {
 protected:
  // The first look at the space is begun by the first call; it may end after it.
  void WaitUntilHeld(const std::string& sweep) {
    for (int tries = 0; tries < 500 && Get(sweep).summary().phase() == "preparing data"; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  grpc::Status Remove(const std::string& name) {
    v1::RemoveRequest request;
    request.set_request_id(NextId());
    request.set_name(name);
    grpc::ClientContext context;
    v1::RemoveResponse response;
    return sweeps->Remove(&context, request, &response);
  }
};

TEST_F(CoordinatorLoopTest, HandsOutTheFirstTaskOfASubmittedSweep) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("w");
  grpc::ClientContext context;
  v1::AcquireTaskResponse response;
  ASSERT_TRUE(Acquire(context, "w", 0, response).ok());
  EXPECT_EQ(response.lease().task().id(), "prepare");
}

TEST_F(CoordinatorLoopTest, AnswersAPollWhenWorkComes) {
  StartCoordinator();
  Register("w");
  v1::AcquireTaskResponse response;
  std::thread poll([&] {
    grpc::ClientContext context;
    EXPECT_TRUE(Acquire(context, "w", 30'000, response).ok());
  });
  ASSERT_TRUE(Submit("a").ok());
  poll.join();
  EXPECT_TRUE(response.has_lease());
}

TEST_F(CoordinatorLoopTest, AnswersAPollEmptyWhenItsTimeIsOver) {
  StartCoordinator();
  Register("w");
  grpc::ClientContext context;
  v1::AcquireTaskResponse response;
  ASSERT_TRUE(Acquire(context, "w", 1, response).ok());
  EXPECT_FALSE(response.has_lease());
  EXPECT_FALSE(response.idle_reason().empty());
}

TEST_F(CoordinatorLoopTest, GivesNoTaskToAPollWhoseClientWentAway) {
  StartCoordinator();
  Register("gone");
  Register("here");
  grpc::ClientContext gone;
  std::thread poll([&] {
    v1::AcquireTaskResponse response;
    EXPECT_EQ(Acquire(gone, "gone", 30'000, response).error_code(), grpc::StatusCode::CANCELLED);
  });
  gone.TryCancel();
  poll.join();
  // The poll's end reaches the loop on its own way; a short poll of another worker goes behind it.
  grpc::ClientContext probe;
  v1::AcquireTaskResponse response;
  ASSERT_TRUE(Acquire(probe, "here", 200, response).ok());
  ASSERT_TRUE(Submit("a").ok());
  grpc::ClientContext context;
  ASSERT_TRUE(Acquire(context, "here", 0, response).ok());
  EXPECT_TRUE(response.has_lease()) << response.idle_reason();
}

TEST_F(CoordinatorLoopTest, ForgetsAGroupThatFellSilentWhileNobodyAsks) {
  core_options.forget_worker_ms = 300;
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("gone");
  // Longer than its silence may last, and without a call that would wake the loop.
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  EXPECT_EQ(Get("a").workers_size(), 0);
}

// A store in memory whose disk has no space.
class FullStore : public WrappedStore {
 public:
  absl::StatusOr<StoreSpace> Space() const override {
    return StoreSpace{.free_bytes = 0, .total_bytes = uint64_t{1} << 40};
  }
};

TEST_F(CoordinatorLoopTest, SeesThatTheStoreHasNoSpace) {
  store = std::make_unique<FullStore>();
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  Register("w");
  WaitUntilHeld("a");
  EXPECT_THAT(Get("a").summary().phase(), HasSubstr("no tasks are handed out"));
}

// Once it fills up, each removal of files takes until it has space again.
class ClutteredStore final : public FullStore {
 public:
  absl::Status Remove(const std::string&) override {
    if (!is_full_) return absl::UnavailableError("the files are in use");
    is_full_.wait(true);
    return absl::OkStatus();
  }
  absl::StatusOr<StoreSpace> Space() const override {
    if (is_full_) return FullStore::Space();
    return StoreSpace{.free_bytes = uint64_t{1} << 40, .total_bytes = uint64_t{1} << 40};
  }
  void SetFull(bool is_full) {
    is_full_ = is_full;
    is_full_.notify_all();
  }

 private:
  std::atomic<bool> is_full_ = false;
};

TEST_F(CoordinatorLoopTest, SeesThatTheStoreHasNoSpaceWhileEffectsTakeLong) {
  auto owned = std::make_unique<ClutteredStore>();
  ClutteredStore& cluttered = *owned;
  store = std::move(owned);
  StartCoordinator();
  ASSERT_TRUE(Submit("left").ok());
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(Submit(name).ok());
    ASSERT_TRUE(Cancel(name).ok());
    EXPECT_EQ(Remove(name).error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  StopCoordinator();
  cluttered.SetFull(true);
  StartCoordinator();
  WaitUntilHeld("left");
  EXPECT_THAT(Get("left").summary().phase(), HasSubstr("no tasks are handed out"));
  cluttered.SetFull(false);
}

TEST_F(CoordinatorLoopTest, GoesOnFromTheJournalAfterARestart) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  StopCoordinator();
  StartCoordinator();
  grpc::ClientContext context;
  v1::ListResponse response;
  ASSERT_TRUE(sweeps->List(&context, v1::ListRequest(), &response).ok());
  ASSERT_EQ(response.sweeps_size(), 1);
  EXPECT_EQ(response.sweeps(0).name(), "a");
}

TEST_F(CoordinatorLoopTest, EndsOpenPollsWhenStopped) {
  StartCoordinator();
  Register("w");
  Register("other");
  std::thread poll([&] {
    grpc::ClientContext context;
    v1::AcquireTaskResponse response;
    EXPECT_EQ(Acquire(context, "w", 30'000, response).error_code(), grpc::StatusCode::UNAVAILABLE);
  });
  // Long enough for the other poll to be open; it ends alike if it is not.
  grpc::ClientContext context;
  v1::AcquireTaskResponse response;
  ASSERT_TRUE(Acquire(context, "other", 50, response).ok());
  StopCoordinator();
  poll.join();
}

// A journal on a disk that is full after the first commit.
class FullJournal final : public WrappedJournal {
 public:
  absl::Status Commit(std::span<const v1::JournalRecord> records) override {
    if (++commits_ > 1) return absl::ResourceExhaustedError("disk full");
    return WrappedJournal::Commit(records);
  }

 private:
  int commits_ = 0;
};

TEST_F(CoordinatorLoopTest, AcknowledgesNothingWhenACommitFailsAndEnds) {
  journal = std::make_unique<FullJournal>();
  StartCoordinator();
  EXPECT_EQ(Submit("a").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Submit("b").error_code(), grpc::StatusCode::UNAVAILABLE);
  loop->Stop();
  EXPECT_TRUE(absl::IsResourceExhausted(fatal)) << fatal;
}

}  // namespace
}  // namespace pleat
