// Runs under mpirun: every rank runs every test.
#include "worker/distributed/mpi_communicator.h"

#include <gtest/gtest.h>
#include <mpi.h>

#include <chrono>
#include <iostream>

#include "tests/worker/distributed/collective_checks.h"
#include "worker/distributed/make_group.h"
#include "worker/distributed/mpi_runtime.h"

namespace pleat {
namespace {

std::unique_ptr<Communicator> Channel(int timeout_ms = 20'000) {
  absl::StatusOr<std::unique_ptr<Communicator>> channel =
      MakeMpiCommunicator(MPI_COMM_WORLD, timeout_ms);
  EXPECT_TRUE(channel.ok()) << channel.status();
  return *std::move(channel);
}

bool IsLastRank(const Communicator& channel) { return channel.rank() == channel.size() - 1; }

TEST(MpiCommunicator, SumsInRankOrder) { CheckSumsInRankOrder(*Channel()); }
TEST(MpiCommunicator, SumsAllTypes) { CheckSumsOfAllTypes(*Channel()); }
TEST(MpiCommunicator, OverlapsSums) { CheckOverlappingSums(*Channel()); }
TEST(MpiCommunicator, Broadcasts) { CheckBroadcasts(*Channel()); }
TEST(MpiCommunicator, Gathers) { CheckGathers(*Channel()); }

TEST(MpiCommunicator, GoesOnWhenTagsAreUsedAgain) {
  std::unique_ptr<Communicator> channel = Channel();
  for (int64_t i = 0; i < 10'000; ++i) {
    int64_t number = i;
    ASSERT_TRUE(channel->AllReduceSum({&number, 1, Buffer::Type::kInt64}).ok());
    ASSERT_EQ(number, i * channel->size());
  }
}

TEST(MpiCommunicator, KeepsChannelsApart) {
  std::unique_ptr<Communicator> gradients = Channel(), statistics = Channel();
  std::vector<float> numbers = UnevenNumbers(gradients->rank(), 50'000);
  auto sum = gradients->StartAllReduceSum({numbers.data(), 50'000, Buffer::Type::kFloat32});
  ASSERT_TRUE(sum.ok());
  CheckSumsInRankOrder(*statistics);
  ASSERT_TRUE((*sum)->Wait().ok());
  EXPECT_EQ(numbers, SumInRankOrder(gradients->size(), 50'000));
}

TEST(MpiCommunicator, RunsIntoTheDeadlineWhenARankDoesNotCome) {
  std::unique_ptr<Communicator> channel = Channel(/*timeout_ms=*/100);
  if (!IsLastRank(*channel)) {
    std::vector<float> numbers(100'000, 1.0f);
    const auto start = std::chrono::steady_clock::now();
    absl::Status status = channel->AllReduceSum({numbers.data(), 100'000, Buffer::Type::kFloat32});
    const auto waited = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
    EXPECT_GE(waited, std::chrono::milliseconds(100));
    EXPECT_LT(waited, std::chrono::seconds(10));
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(MpiCommunicator, AbortEndsTheWaitOfTheOthersWithItsReason) {
  std::unique_ptr<Communicator> channel = Channel(/*timeout_ms=*/60'000);
  if (IsLastRank(*channel)) {
    channel->Abort(absl::ResourceExhaustedError("out of memory"));
  } else {
    absl::Status status = channel->Barrier();
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_NE(status.message().find("has left the group: out of memory"), std::string::npos)
        << status;
    EXPECT_EQ(channel->failure(), status);
    EXPECT_EQ(channel->CheckNobodyLeft(), status);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(MakeGroup, JoinsAllRanksOfTheNode) {
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  absl::StatusOr<Group> group = MakeGroup(size, /*timeout_ms=*/20'000, ComputeDevice{});
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(group->rank, rank);
  EXPECT_EQ(group->size, size);
  CheckSumsInRankOrder(*group->gradients);
  CheckSumsInRankOrder(*group->statistics);
  CheckBroadcasts(*group->control);
}

TEST(MakeGroup, RefusesRanksThatDoNotDivideEvenly) {
  int size = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  EXPECT_EQ(MakeGroup(size + 1, 1000, ComputeDevice{}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const absl::Status started = pleat::StartMpi();
  if (!started.ok()) {
    std::cerr << started << '\n';
    return 1;
  }
  const int result = RUN_ALL_TESTS();
  pleat::FinishMpi();
  return result;
}
