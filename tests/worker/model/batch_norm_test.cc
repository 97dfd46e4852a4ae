#include "worker/model/layers/batch_norm.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include "tests/worker/model/norm_layer.h"
#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

constexpr double kEpsilon = 1e-3;

// The layer by its formula in stock operations.
at::Tensor StockForward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                        AfterNorm after) {
  const at::Tensor y = at::batch_norm(x, weight, bias, {}, {}, /*training=*/true, 0, kEpsilon,
                                      /*cudnn_enabled=*/false);
  return after == AfterNorm::kSilu ? at::silu(y) : y;
}

void CompareWithStock(std::vector<int64_t> shape, at::ScalarType dtype, AfterNorm after,
                      double tolerance) {
  NormLayer layer(shape[1], dtype, at::kCPU, after);
  const at::Tensor x = NormInputs(shape, dtype).requires_grad_(true);
  const at::Tensor out = layer.norm.Forward(x, {.training = true});
  out.backward(OutputGradient(out));

  const at::Tensor stock_x = x.detach().to(at::kDouble).requires_grad_(true);
  const at::Tensor weight = layer.weight().detach().to(at::kDouble).requires_grad_(true);
  const at::Tensor bias = layer.bias().detach().to(at::kDouble).requires_grad_(true);
  const at::Tensor expected = StockForward(stock_x, weight, bias, after);
  expected.backward(OutputGradient(expected));

  ExpectClose(out, expected, tolerance);
  ExpectClose(x.grad(), stock_x.grad(), tolerance);
  ExpectClose(layer.weight().grad(), weight.grad(), tolerance);
  ExpectClose(layer.bias().grad(), bias.grad(), tolerance);
}

TEST(BatchNorm, EqualsStockOperationsForwardAndBackward) {
  const std::vector<std::vector<int64_t>> shapes = {
      {7, 5}, {300, 64}, {4, 3, 5, 5}, {8, 64, 14, 14}, {3, 130, 9, 9}, {2, 200, 1, 1}};
  for (const std::vector<int64_t>& shape : shapes) {
    SCOPED_TRACE(testing::PrintToString(shape));
    for (const AfterNorm after : {AfterNorm::kNothing, AfterNorm::kSilu}) {
      CompareWithStock(shape, at::kDouble, after, 1e-11);
      CompareWithStock(shape, at::kFloat, after, 3e-5);
    }
  }
}

// Without SiLU the gradient that comes in is the one that the sums are taken of; it belongs to
// autograd and must not be written to.
TEST(BatchNorm, LeavesTheGradientItGets) {
  NormLayer layer(6, at::kDouble, at::kCPU, AfterNorm::kNothing);
  const at::Tensor x = NormInputs({4, 6, 3, 3}, at::kDouble).requires_grad_(true);
  const at::Tensor gradient = OutputGradient(x).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor before = gradient.clone();
  layer.norm.Forward(x, {.training = true}).backward(gradient);
  EXPECT_TRUE(at::equal(gradient, before));
}

TEST(BatchNorm, SaturatesWithoutOverflow) {
  NormLayer layer(1, at::kFloat);
  {
    const at::NoGradGuard no_grad;
    layer.weight().fill_(100);
    layer.bias().fill_(0);
  }
  at::Tensor x = at::zeros({100, 1});
  x[0][0] = 1e4;
  const at::Tensor inputs = x.neg().requires_grad_(true);
  const at::Tensor out = layer.norm.Forward(inputs, {.training = true});
  out.sum().backward();
  EXPECT_NEAR(out[0][0].item<double>(), 0, 1e-30);
  EXPECT_TRUE(at::isfinite(inputs.grad()).all().item<bool>());
}

TEST(BatchNorm, LetsNotANumberThrough) {
  NormLayer layer(2, at::kFloat);
  at::Tensor x = NormInputs({4, 2}, at::kFloat);
  x[1][0] = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor out = layer.norm.Forward(x, {.training = true});
  EXPECT_TRUE(at::isnan(out.select(1, 0)).all().item<bool>());
  EXPECT_FALSE(at::isnan(out.select(1, 1)).any().item<bool>());
}

TEST(BatchNorm, MovesRunningStatisticsOnlyAtCommit) {
  NormLayer layer(3, at::kDouble);
  const at::Tensor x = NormInputs({4, 3, 5, 5}, at::kDouble);
  layer.norm.Forward(x, {.training = true});
  EXPECT_TRUE(at::equal(layer.running_mean(), at::zeros({3}, at::kDouble)));
  EXPECT_TRUE(at::equal(layer.running_var(), at::ones({3}, at::kDouble)));

  layer.norm.CommitStatistics();
  const at::Tensor mean = x.mean({0, 2, 3});
  const at::Tensor biased_var = x.var(at::IntArrayRef{0, 2, 3}, /*unbiased=*/false);
  ExpectClose(layer.running_mean(), 0.01 * mean, 1e-12);
  ExpectClose(layer.running_var(), 0.99 + 0.01 * biased_var, 1e-12);

  const at::Tensor committed = layer.running_mean().clone();
  layer.norm.CommitStatistics();
  EXPECT_TRUE(at::equal(layer.running_mean(), committed));
}

TEST(BatchNorm, NormalisesByRunningStatisticsOutsideTraining) {
  NormLayer layer(3, at::kDouble);
  layer.running_mean().fill_(2.5);
  layer.running_var().fill_(4);
  const at::Tensor x = NormInputs({4, 3}, at::kDouble);
  const at::Tensor y =
      (x - 2.5) / std::sqrt(4 + kEpsilon) * layer.weight().detach() + layer.bias().detach();
  ExpectClose(layer.norm.Forward(x, {}).detach(), at::silu(y), 1e-12);
}

TEST(BatchNorm, GivesTheSameBitsWithAnyNumberOfThreads) {
  const at::Tensor x = NormInputs({16, 24, 14, 14}, at::kFloat);
  const int threads = at::get_num_threads();
  std::vector<at::Tensor> outs;
  for (const int count : {1, 2, 3}) {
    at::set_num_threads(count);
    NormLayer layer(24, at::kFloat);
    outs.push_back(layer.norm.Forward(x, {.training = true}).detach());
  }
  at::set_num_threads(threads);
  EXPECT_TRUE(at::equal(outs[0], outs[1]));
  EXPECT_TRUE(at::equal(outs[0], outs[2]));
}

// What one rank computes of its slice of a batch.
struct RankResult {
  at::Tensor out, input_gradient, gradient, running;
};

RankResult RunRank(const at::Tensor& slice, const at::Tensor& out_gradient,
                   Communicator* statistics) {
  NormLayer layer(slice.size(1), at::kDouble);
  const at::Tensor x = slice.detach().clone().requires_grad_(true);
  const at::Tensor out = layer.norm.Forward(x, {.training = true, .statistics = statistics});
  out.backward(out_gradient);
  layer.norm.CommitStatistics();
  return {out.detach(), x.grad(), layer.parameters.gradient(), layer.parameters.statistic_values()};
}

TEST(BatchNorm, AGroupOfUnevenRanksEqualsOneRank) {
  const at::Tensor x = NormInputs({9, 6, 4, 4}, at::kDouble);
  const at::Tensor out_gradient = OutputGradient(x);
  const RankResult whole = RunRank(x, out_gradient, nullptr);

  const std::vector<int64_t> sizes = {5, 1, 3};
  const std::vector<at::Tensor> slices = x.split_with_sizes(sizes);
  const std::vector<at::Tensor> gradients = out_gradient.split_with_sizes(sizes);
  const auto channels = MakeLocalCommunicators(3, 20000);
  std::vector<RankResult> ranks(3);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 3; ++rank) {
    threads.emplace_back(
        [&, rank] { ranks[rank] = RunRank(slices[rank], gradients[rank], channels[rank].get()); });
  }
  for (std::thread& thread : threads) thread.join();

  ExpectClose(at::cat({ranks[0].out, ranks[1].out, ranks[2].out}), whole.out, 1e-12);
  ExpectClose(at::cat({ranks[0].input_gradient, ranks[1].input_gradient, ranks[2].input_gradient}),
              whole.input_gradient, 1e-12);
  ExpectClose(ranks[0].gradient + ranks[1].gradient + ranks[2].gradient, whole.gradient, 1e-12);
  ExpectClose(ranks[0].running, whole.running, 1e-12);
  EXPECT_TRUE(at::equal(ranks[0].running, ranks[1].running));
  EXPECT_TRUE(at::equal(ranks[0].running, ranks[2].running));
}

TEST(BatchNorm, ThrowsWhenAnotherRankIsGone) {
  const auto channels = MakeLocalCommunicators(2, 20000);
  channels[1]->Abort(absl::AbortedError("gone"));
  NormLayer layer(3, at::kDouble);
  EXPECT_THROW(layer.norm.Forward(NormInputs({4, 3}, at::kDouble),
                                  {.training = true, .statistics = channels[0].get()}),
               c10::Error);
}

}  // namespace
}  // namespace pleat
