#include <torch/types.h>

#include "tests/testing/gpu_fixture.h"

#ifdef PLEAT_CUDA
#include "worker/distributed/local_communicator.h"
#include "worker/distributed/nccl_communicator.h"
#endif

namespace pleat {
namespace {

// NCCL refuses two ranks on one GPU, so one rank is all that any machine can be asked for.
using NcclCommunicator = GpuFixture;

#ifndef PLEAT_CUDA

TEST_F(NcclCommunicator, OfOneRankGivesBackWhatItGot) {}

#else

Buffer BufferOf(const at::Tensor& numbers) {
  return {numbers.data_ptr(), numbers.numel(), Buffer::Type::kFloat32};
}

TEST_F(NcclCommunicator, OfOneRankGivesBackWhatItGot) {
  const auto control = MakeLocalCommunicators(1, 10'000);
  const auto channel = MakeNcclCommunicator(*control[0], 60'000);
  ASSERT_TRUE(channel.ok()) << channel.status();
  EXPECT_EQ((*channel)->rank(), 0);
  EXPECT_EQ((*channel)->size(), 1);

  const at::Tensor numbers = at::arange(100'003, at::device(at::kCUDA).dtype(at::kFloat));
  const at::Tensor expected = numbers.clone();
  absl::Status status = (*channel)->AllReduceSum(BufferOf(numbers));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(at::equal(numbers, expected));

  const at::Tensor gathered = at::zeros_like(numbers);
  status = (*channel)->AllGather(BufferOf(numbers), BufferOf(gathered));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(at::equal(gathered, expected));

  EXPECT_TRUE((*channel)->Broadcast(BufferOf(numbers), 0).ok());
  EXPECT_TRUE((*channel)->Barrier().ok());
}

TEST_F(NcclCommunicator, IsUnusableAfterAbort) {
  const auto control = MakeLocalCommunicators(1, 10'000);
  const auto channel = MakeNcclCommunicator(*control[0], 60'000);
  ASSERT_TRUE(channel.ok()) << channel.status();
  (*channel)->Abort(absl::AbortedError("gone"));
  EXPECT_TRUE(absl::IsAborted((*channel)->Barrier()));
}

#endif

}  // namespace
}  // namespace pleat
