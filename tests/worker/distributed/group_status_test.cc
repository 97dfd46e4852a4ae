#include "worker/distributed/group_status.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

// What each rank of a group of three gets from `exchange`.
std::vector<absl::Status> OnThreeRanks(const std::function<absl::Status(Group&)>& exchange,
                                       int timeout_ms = 10'000) {
  auto control = MakeLocalCommunicators(3, timeout_ms);
  std::vector<absl::Status> answers(3);
  std::vector<std::thread> ranks;
  for (int rank = 0; rank < 3; ++rank) {
    ranks.emplace_back([&, rank] {
      Group group;
      group.rank = rank;
      group.size = 3;
      group.control = std::move(control[rank]);
      answers[rank] = exchange(group);
    });
  }
  for (std::thread& rank : ranks) rank.join();
  return answers;
}

TEST(AgreeOnStatus, IsOkIfAllRanksAre) {
  for (const absl::Status& answer :
       OnThreeRanks([](Group& group) { return AgreeOnStatus(group, absl::OkStatus()); })) {
    EXPECT_TRUE(answer.ok()) << answer;
  }
}

TEST(AgreeOnStatus, GivesEveryRankTheErrorOfTheLowestThatHasOne) {
  const auto answers = OnThreeRanks([](Group& group) {
    return AgreeOnStatus(group, group.rank == 0
                                    ? absl::OkStatus()
                                    : absl::NotFoundError("file " + std::to_string(group.rank)));
  });
  EXPECT_EQ(answers[0], absl::NotFoundError("rank 1: file 1"));
  EXPECT_EQ(answers[1], absl::NotFoundError("file 1"));
  EXPECT_EQ(answers[2], absl::NotFoundError("rank 1: file 1"));
}

TEST(AgreeOnStatus, CutsALongMessage) {
  const auto answers = OnThreeRanks([](Group& group) {
    return AgreeOnStatus(
        group, group.rank == 2 ? absl::InternalError(std::string(5000, 'x')) : absl::OkStatus());
  });
  EXPECT_TRUE(absl::IsInternal(answers[0]));
  EXPECT_LT(answers[0].message().size(), 600u);
}

TEST(StatusOfRankZero, ReadsRankZeroAlone) {
  const auto answers = OnThreeRanks([](Group& group) {
    return StatusOfRankZero(
        group, group.rank == 0 ? absl::DataLossError("damaged") : absl::InternalError("not read"));
  });
  for (const absl::Status& answer : answers) EXPECT_EQ(answer, absl::DataLossError("damaged"));
}

TEST(RunOnRankZero, GivesEveryRankTheOutcome) {
  std::atomic<int> calls = 0;
  const auto answers = OnThreeRanks([&](Group& group) {
    return RunOnRankZero(group, [&] {
      ++calls;
      return absl::NotFoundError("no such task");
    });
  });
  EXPECT_EQ(calls, 1);
  for (const absl::Status& answer : answers) EXPECT_EQ(answer, absl::NotFoundError("no such task"));
}

TEST(RunOnRankZero, OutlastsTheDeadlineOfCollectives) {
  const auto answers = OnThreeRanks(
      [](Group& group) {
        return RunOnRankZero(group, [] {
          std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
          return absl::OkStatus();
        });
      },
      /*timeout_ms=*/1'000);
  for (const absl::Status& answer : answers) EXPECT_TRUE(answer.ok()) << answer;
}

TEST(LeaveGroup, TellsTheOthersWhy) {
  const auto answers = OnThreeRanks([](Group& group) {
    if (group.rank == 1) {
      const absl::Status reason = LeaveGroup(group, absl::ResourceExhaustedError("no memory"));
      EXPECT_EQ(Health(group), reason);
      return reason;
    }
    // What comes of it here, such as an exception of a layer, is only the echo.
    EXPECT_FALSE(AgreeOnStatus(group, absl::OkStatus()).ok());
    return LeaveGroup(group, absl::InternalError("a layer threw"));
  });
  EXPECT_EQ(answers[1], absl::ResourceExhaustedError("no memory"));
  for (const int rank : {0, 2}) {
    EXPECT_EQ(answers[rank], absl::ResourceExhaustedError("rank 1 has left the group: no memory"));
  }
}

TEST(GroupStatus, OfOneRankIsItsOwn) {
  Group alone;
  EXPECT_TRUE(Health(alone).ok());
  EXPECT_EQ(RunOnRankZero(alone, [] { return absl::AbortedError("mine"); }),
            absl::AbortedError("mine"));
  EXPECT_EQ(LeaveGroup(alone, absl::AbortedError("mine")), absl::AbortedError("mine"));
  EXPECT_EQ(AgreeOnStatus(alone, absl::AbortedError("mine")), absl::AbortedError("mine"));
  EXPECT_EQ(StatusOfRankZero(alone, absl::AbortedError("mine")), absl::AbortedError("mine"));
}

}  // namespace
}  // namespace pleat
