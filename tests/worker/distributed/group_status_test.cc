#include "worker/distributed/group_status.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

// What each rank of a group of three gets from `exchange`.
std::vector<absl::Status> OnThreeRanks(const std::function<absl::Status(Group&)>& exchange) {
  auto control = MakeLocalCommunicators(3, 10'000);
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

TEST(GroupStatus, OfOneRankIsItsOwn) {
  Group alone;
  EXPECT_EQ(AgreeOnStatus(alone, absl::AbortedError("mine")), absl::AbortedError("mine"));
  EXPECT_EQ(StatusOfRankZero(alone, absl::AbortedError("mine")), absl::AbortedError("mine"));
}

}  // namespace
}  // namespace pleat
