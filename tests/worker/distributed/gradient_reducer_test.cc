#include "worker/distributed/gradient_reducer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

constexpr int64_t kSizes[] = {5, 40, 3, 17};

// Four parameters; each starts at a 64-byte boundary, so there are gaps.
std::unique_ptr<FlatParameters> TinyParameters() {
  auto parameters = std::make_unique<FlatParameters>();
  for (int64_t size : kSizes) {
    parameters->AddParameter("p" + std::to_string(size), {size},
                             [](at::Tensor& tensor) { tensor.fill_(0.5); });
  }
  parameters->Allocate(at::kFloat, at::kCPU);
  return parameters;
}

// A loss whose gradient differs by rank and parameter; parameter `unused` does not take part.
at::Tensor Loss(const FlatParameters& parameters, int rank, int unused = -1) {
  at::Tensor loss = at::zeros({});
  for (int i = 0; i < static_cast<int>(parameters.parameters().size()); ++i) {
    if (i == unused) continue;
    const at::Tensor& tensor = parameters.parameters()[i].tensor;
    loss = loss + tensor.square().sum() * static_cast<double>((rank + 1) * (i + 1));
  }
  return loss;
}

// The flat gradient of one rank alone.
at::Tensor PlainGradient(int rank, int unused = -1) {
  auto parameters = TinyParameters();
  Loss(*parameters, rank, unused).backward();
  return parameters->gradient().clone();
}

struct RankOutcome {
  absl::Status status;
  at::Tensor gradient;
  int64_t buckets = 0;
  int64_t started_in_backward = 0;
};

// One step of both ranks with a reducer.
std::vector<RankOutcome> ReduceOnTwoRanks(int64_t bucket_bytes, int unused = -1) {
  auto ends = MakeLocalCommunicators(2, 10'000);
  std::vector<RankOutcome> outcomes(2);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 2; ++rank) {
    threads.emplace_back([&, rank] {
      auto parameters = TinyParameters();
      GradientReducer reducer(*parameters, *ends[rank], bucket_bytes);
      RankOutcome& outcome = outcomes[rank];
      reducer.Arm();
      Loss(*parameters, rank, unused).backward();
      outcome.started_in_backward = reducer.started_count();
      outcome.status = reducer.Finish();
      outcome.gradient = parameters->gradient().clone();
      outcome.buckets = reducer.bucket_count();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

TEST(GradientReducer, EqualsThePlainSumForAnyBucketSize) {
  const at::Tensor expected = PlainGradient(0) + PlainGradient(1);
  ASSERT_GT(expected.abs().sum().item<float>(), 0);
  for (int64_t bucket_bytes : {1, 100, 250, 4 << 20}) {
    for (const RankOutcome& outcome : ReduceOnTwoRanks(bucket_bytes)) {
      ASSERT_TRUE(outcome.status.ok()) << outcome.status;
      EXPECT_TRUE(at::equal(outcome.gradient, expected)) << "buckets of " << bucket_bytes;
    }
  }
}

TEST(GradientReducer, CutsBucketsOfWholeParameters) {
  EXPECT_EQ(ReduceOnTwoRanks(1)[0].buckets, 4);
  EXPECT_EQ(ReduceOnTwoRanks(4 << 20)[0].buckets, 1);
}

TEST(GradientReducer, StartsEveryBucketDuringBackward) {
  EXPECT_EQ(ReduceOnTwoRanks(1)[0].started_in_backward, 4);
}

TEST(GradientReducer, WaitsWithLaterBucketsUntilEarlierOnesAreComplete) {
  const int last = 3;  // the first bucket: buckets go from the back
  const at::Tensor expected = PlainGradient(0, last) + PlainGradient(1, last);
  for (const RankOutcome& outcome : ReduceOnTwoRanks(1, last)) {
    EXPECT_EQ(outcome.started_in_backward, 0);
    ASSERT_TRUE(outcome.status.ok()) << outcome.status;
    EXPECT_TRUE(at::equal(outcome.gradient, expected));
  }
}

TEST(GradientReducer, LeavesBackwardAloneWhenNotArmed) {
  auto ends = MakeLocalCommunicators(2, 10);
  auto parameters = TinyParameters();
  GradientReducer reducer(*parameters, *ends[0], 1);
  Loss(*parameters, 0).backward();
  EXPECT_EQ(reducer.started_count(), 0);
  EXPECT_TRUE(at::equal(parameters->gradient(), PlainGradient(0)));
}

TEST(GradientReducer, IsInStepAfterADroppedPass) {
  const at::Tensor expected = PlainGradient(0) + PlainGradient(1);
  auto ends = MakeLocalCommunicators(2, 10'000);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 2; ++rank) {
    threads.emplace_back([&, rank] {
      auto parameters = TinyParameters();
      GradientReducer reducer(*parameters, *ends[rank], /*bucket_bytes=*/1);
      reducer.Arm();
      Loss(*parameters, rank, /*unused=*/0).backward();
      EXPECT_EQ(reducer.started_count(), 3);
      EXPECT_TRUE(reducer.Drop().ok());

      parameters->gradient().zero_();
      reducer.Arm();
      Loss(*parameters, rank).backward();
      EXPECT_TRUE(reducer.Finish().ok());
      EXPECT_TRUE(at::equal(parameters->gradient(), expected));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(GradientReducer, ReportsARankThatDoesNotCome) {
  auto ends = MakeLocalCommunicators(2, /*timeout_ms=*/20);
  auto parameters = TinyParameters();
  GradientReducer reducer(*parameters, *ends[0], 100);
  reducer.Arm();
  Loss(*parameters, 0).backward();
  EXPECT_EQ(reducer.Finish().code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace pleat
