// Many threads and one loop, without gRPC, so that ThreadSanitizer sees all that they share.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "coordinator/service/coordinator_loop.h"
#include "tests/coordinator/core/core_samples.h"

namespace pleat {
namespace {

constexpr int kThreads = 4;

class LoopThreadsTest : public testing::Test {
 protected:
  LoopThreadsTest() { EXPECT_TRUE(loop_.Start().ok()); }

  // Sends a command and waits for its answer.
  Reply Ask(Command command) {
    // Shared, since set_value may still run when the answer is read.
    const auto answer = std::make_shared<std::promise<Reply>>();
    loop_.Send(std::move(command), [answer](const absl::Status& status, Response response) {
      answer->set_value({.token = 0, .status = status, .response = std::move(response)});
    });
    return answer->get_future().get();
  }

  absl::Status Submit(const v1::SweepSpec& spec) {
    v1::SubmitRequest request;
    request.set_request_id(spec.name() + "/1");
    *request.mutable_spec() = spec;
    return Ask(request).status;
  }

  absl::Status Register(const std::string& worker) {
    v1::RegisterRequest request;
    request.set_worker_id(worker);
    request.mutable_info()->set_group_size(1);
    request.set_store_uuid(store_->uuid());
    return Ask(request).status;
  }

  static v1::AcquireTaskRequest AcquireBy(const std::string& worker, int number, uint32_t wait_ms) {
    v1::AcquireTaskRequest request;
    request.set_request_id(absl::StrCat(worker, "/", number));
    request.set_worker_id(worker);
    request.set_wait_ms(wait_ms);
    return request;
  }

  const std::unique_ptr<Journal> journal_ = NewMemoryJournal();
  const std::unique_ptr<Store> store_ = NewMemoryStore();
  CoordinatorCore core_{{.store_uuid = store_->uuid(), .store_location = "memory"}};
  CoordinatorLoop loop_{core_, *journal_, *store_, SystemClock(),
                        [](const absl::Status& status) { ADD_FAILURE() << status; }};
};

TEST_F(LoopThreadsTest, AnswersEveryThread) {
  std::vector<std::thread> threads;
  std::atomic<int> leases = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i, &leases] {
      const std::string name = absl::StrCat("s", i);
      EXPECT_TRUE(Submit(SmallSweep(name, 1, 2)).ok());
      EXPECT_TRUE(Register(name).ok());
      const Reply reply = Ask(AcquireBy(name, 2, 0));
      ASSERT_TRUE(reply.status.ok()) << reply.status;
      leases += std::get<v1::AcquireTaskResponse>(reply.response).has_lease();
      EXPECT_TRUE(Ask(v1::ListRequest()).status.ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Each sweep has one task at first, and each worker may have found another's.
  EXPECT_EQ(leases, kThreads);
}

TEST_F(LoopThreadsTest, ForgetsPollsWhileOthersFollowTheJournal) {
  ASSERT_TRUE(Submit(SmallSweep("a", 1, 2)).ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      const std::string worker = absl::StrCat("w", i);
      EXPECT_TRUE(Register(worker).ok());
      for (int number = 1; number <= 20; ++number) {
        const auto answered = std::make_shared<std::promise<void>>();
        const CoordinatorLoop::Token token =
            loop_.Send(AcquireBy(worker, number, 30'000),
                       [answered](const absl::Status&, const Response&) { answered->set_value(); });
        loop_.Forget(token);
        answered->get_future().wait();
        const auto page = std::make_shared<std::promise<absl::StatusOr<JournalPage>>>();
        loop_.Follow(
            {.sweep = "a", .from = 1, .wait = false, .progress = false},
            [page](absl::StatusOr<JournalPage> read) { page->set_value(std::move(read)); });
        EXPECT_TRUE(page->get_future().get().ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LoopThreadsTest, AnswersThoseWhoWaitWhenItStops) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      // Before or after the stop: either way there is one answer.
      const std::string worker = absl::StrCat("w", i);
      if (!Register(worker).ok()) return;
      EXPECT_EQ(Ask(AcquireBy(worker, 1, 30'000)).status.code(), absl::StatusCode::kUnavailable);
    });
  }
  loop_.Stop();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pleat
