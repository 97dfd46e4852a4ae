#include "coordinator/core/poll_queue.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

Poll PollOf(uint64_t token, const std::string& worker, int64_t deadline_ms = 1'000,
            uint32_t group_size = 1) {
  Poll poll;
  poll.token = token;
  poll.request.set_request_id(absl::StrCat(worker, "/", token));
  poll.request.set_worker_id(worker);
  poll.group.set_group_size(group_size);
  poll.deadline_ms = deadline_ms;
  return poll;
}

bool IsNotSpecial(const Poll&) { return false; }

// Tokens of all parked calls, in the order in which they are served.
std::vector<uint64_t> ServeAll(PollQueue& polls) {
  std::vector<uint64_t> tokens;
  const auto serve = [&](const Poll& poll) {
    tokens.push_back(poll.token);
    return true;
  };
  polls.Serve(serve, IsNotSpecial);
  return tokens;
}

TEST(PollQueue, ServesInOrderOfArrivalWhateverTheKindOfGroup) {
  PollQueue polls;
  for (uint64_t token = 1; token <= 6; ++token) {
    polls.Park(PollOf(token, absl::StrCat("w", token), 1'000, token % 2 + 1));
  }
  EXPECT_EQ(ServeAll(polls), (std::vector<uint64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(ServeAll(polls).empty());
}

TEST(PollQueue, KeepsTheCallsThatWereNotServed) {
  PollQueue polls;
  polls.Park(PollOf(1, "w1", 1'000, 1));
  polls.Park(PollOf(2, "w2", 1'000, 2));
  polls.Park(PollOf(3, "w3", 1'000, 1));
  polls.Serve([](const Poll& poll) { return poll.group.group_size() == 2; }, IsNotSpecial);
  EXPECT_EQ(ServeAll(polls), (std::vector<uint64_t>{1, 3}));
}

TEST(PollQueue, AsksOncePerKindOfGroupWhenNothingCanBeServed) {
  PollQueue polls;
  for (uint64_t token = 1; token <= 1'000; ++token) {
    polls.Park(PollOf(token, absl::StrCat("w", token), 1'000, token % 4 + 1));
  }
  int asked = 0;
  const auto refuse = [&](const Poll&) {
    ++asked;
    return false;
  };
  polls.Serve(refuse, IsNotSpecial);
  EXPECT_EQ(asked, 4);
}

TEST(PollQueue, GoesOnBehindACallFromWhichTasksHaveComeToBeKept) {
  PollQueue polls;
  for (uint64_t token = 1; token <= 3; ++token) {
    polls.Park(PollOf(token, absl::StrCat("w", token)));
  }
  std::vector<uint64_t> asked;
  const auto serve = [&](const Poll& poll) {
    asked.push_back(poll.token);
    return poll.token == 2;
  };
  polls.Serve(serve, [](const Poll& poll) { return poll.token == 1; });
  EXPECT_EQ(asked, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_EQ(ServeAll(polls), (std::vector<uint64_t>{1, 3}));
}

TEST(PollQueue, AsksOncePerServedCallAndKind) {
  PollQueue polls;
  for (uint64_t token = 1; token <= 1'000; ++token) {
    polls.Park(PollOf(token, absl::StrCat("w", token)));
  }
  int asked = 0;
  polls.Serve([&](const Poll&) { return ++asked <= 3; }, IsNotSpecial);
  EXPECT_EQ(asked, 4);
}

TEST(PollQueue, ReplacesAnEarlierCallOfTheSameGroup) {
  PollQueue polls;
  EXPECT_FALSE(polls.Park(PollOf(1, "w1")).has_value());
  polls.Park(PollOf(2, "w2"));
  const std::optional<Poll> replaced = polls.Park(PollOf(3, "w1"));
  ASSERT_TRUE(replaced.has_value());
  EXPECT_EQ(replaced->token, 1u);
  EXPECT_EQ(ServeAll(polls), (std::vector<uint64_t>{2, 3}));
}

TEST(PollQueue, KeepsThePlaceOfACallThatIsRetried) {
  PollQueue polls;
  polls.Park(PollOf(1, "w1"));
  polls.Park(PollOf(2, "w2"));
  Poll retry = PollOf(3, "w1");
  retry.request.set_request_id("w1/1");
  EXPECT_EQ(polls.Park(retry)->token, 1u);
  EXPECT_EQ(ServeAll(polls), (std::vector<uint64_t>{3, 2}));
}

TEST(PollQueue, TakesOverdueCallsAtTheirDeadlineEarliestFirst) {
  PollQueue polls;
  polls.Park(PollOf(1, "w1", 300));
  polls.Park(PollOf(2, "w2", 100));
  EXPECT_FALSE(polls.TakeOverdue(99).has_value());
  EXPECT_EQ(polls.TakeOverdue(300)->token, 2u);
  EXPECT_EQ(polls.TakeOverdue(300)->token, 1u);
  EXPECT_FALSE(polls.TakeOverdue(300).has_value());
}

TEST(PollQueue, ForgetsACallWhoseClientWentAway) {
  PollQueue polls;
  polls.Park(PollOf(1, "w1"));
  EXPECT_TRUE(polls.Forget(1));
  EXPECT_FALSE(polls.Forget(1));
  EXPECT_FALSE(polls.TakeWorker("w1").has_value());
  EXPECT_FALSE(polls.TakeOverdue(10'000).has_value());
  EXPECT_TRUE(ServeAll(polls).empty());
}

}  // namespace
}  // namespace pleat
