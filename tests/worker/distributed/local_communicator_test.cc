#include "worker/distributed/local_communicator.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "tests/worker/distributed/collective_checks.h"

namespace pleat {
namespace {

// Runs `check` as every rank of a fresh channel, each on its own thread.
void OnAllRanks(int size, const std::function<void(Communicator&)>& check) {
  std::vector<std::unique_ptr<Communicator>> ends = MakeLocalCommunicators(size, 10'000);
  std::vector<std::thread> threads;
  for (auto& end : ends) threads.emplace_back([&check, &end] { check(*end); });
  for (std::thread& thread : threads) thread.join();
}

class LocalCommunicatorTest : public testing::TestWithParam<int> {};

TEST_P(LocalCommunicatorTest, SumsInRankOrder) { OnAllRanks(GetParam(), CheckSumsInRankOrder); }
TEST_P(LocalCommunicatorTest, SumsAllTypes) { OnAllRanks(GetParam(), CheckSumsOfAllTypes); }
TEST_P(LocalCommunicatorTest, OverlapsSums) { OnAllRanks(GetParam(), CheckOverlappingSums); }
TEST_P(LocalCommunicatorTest, Broadcasts) { OnAllRanks(GetParam(), CheckBroadcasts); }
TEST_P(LocalCommunicatorTest, Gathers) { OnAllRanks(GetParam(), CheckGathers); }

INSTANTIATE_TEST_SUITE_P(Sizes, LocalCommunicatorTest, testing::Values(1, 2, 3, 5));

TEST(LocalCommunicator, RunsIntoTheDeadlineWhenARankDoesNotCome) {
  auto ends = MakeLocalCommunicators(2, /*timeout_ms=*/20);
  absl::Status status = ends[0]->Barrier();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_NE(status.message().find("only 1 of 2 ranks"), std::string::npos) << status;
  EXPECT_EQ(ends[0]->failure(), status);
}

TEST(LocalCommunicator, AbortWakesTheOthersWithItsReason) {
  auto ends = MakeLocalCommunicators(2, /*timeout_ms=*/60'000);
  absl::Status status;
  EXPECT_TRUE(ends[0]->CheckNobodyLeft().ok());
  std::thread waiting([&] { status = ends[0]->Barrier(); });
  ends[1]->Abort(absl::ResourceExhaustedError("out of memory"));
  waiting.join();
  EXPECT_EQ(status, absl::ResourceExhaustedError("rank 1 has left the group: out of memory"));
  EXPECT_EQ(ends[0]->Barrier(), status);
  EXPECT_EQ(ends[0]->CheckNobodyLeft(), status);
  EXPECT_EQ(ends[0]->failure(), status);
  EXPECT_EQ(ends[1]->failure(), absl::ResourceExhaustedError("out of memory"));
}

TEST(LocalCommunicator, RefusesContributionsOfDifferentLength) {
  OnAllRanks(2, [](Communicator& channel) {
    std::vector<float> numbers(3 + channel.rank());
    absl::Status status = channel.AllReduceSum(
        {numbers.data(), static_cast<int64_t>(numbers.size()), Buffer::Type::kFloat32});
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  });
}

}  // namespace
}  // namespace pleat
