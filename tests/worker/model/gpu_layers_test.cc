// The layers that have forms of their own for GPUs, against those of the CPU.
#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/gpu_fixture.h"
#include "tests/worker/model/model_samples.h"
#include "tests/worker/model/norm_layer.h"
#include "worker/model/layers/keyed_dropout.h"

namespace pleat {
namespace {

using GpuLayers = GpuFixture;

TEST_F(GpuLayers, DropTheSameElements) {
  const std::vector<int64_t> rows = {4, (int64_t{3} << 32) + 1, 0};
  const ForwardContext context{.training = true, .key = 99, .epoch = 2, .row_ids = rows};
  KeyedDropout dropout(1, 0.3);
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const at::Tensor images =
        at::ones({3, 6, 5, 7}, dtype).contiguous(at::MemoryFormat::ChannelsLast);
    EXPECT_TRUE(
        at::equal(dropout.Forward(images.cuda(), context).cpu(), dropout.Forward(images, context)));
    const at::Tensor vectors = at::ones({3, 1001}, dtype);
    EXPECT_TRUE(at::equal(dropout.Forward(vectors.cuda(), context).cpu(),
                          dropout.Forward(vectors, context)));
  }
}

// What a layer makes of `x`, all on the CPU.
struct PassResult {
  at::Tensor out, input_gradient, gradient, statistics;
};

PassResult Pass(const at::Tensor& x, at::Device device) {
  NormLayer layer(x.size(1), x.scalar_type(), device);
  const at::Tensor inputs = x.to(device).requires_grad_(true);
  const at::Tensor out = layer.norm.Forward(inputs, {.training = true});
  out.backward(OutputGradient(x).to(device));
  layer.norm.CommitStatistics();
  return {out.detach().cpu(), inputs.grad().cpu(), layer.parameters.gradient().cpu(),
          layer.parameters.statistic_values().cpu()};
}

TEST_F(GpuLayers, NormaliseForwardAndBackward) {
  const std::vector<std::vector<int64_t>> shapes = {{300, 64}, {8, 64, 14, 14}, {3, 130, 9, 9}};
  for (const std::vector<int64_t>& shape : shapes) {
    SCOPED_TRACE(testing::PrintToString(shape));
    const at::Tensor x = NormInputs(shape, at::kFloat);
    const PassResult on_cpu = Pass(x, at::kCPU);
    const PassResult on_gpu = Pass(x, at::kCUDA);
    ExpectClose(on_gpu.out, on_cpu.out, 1e-5);
    ExpectClose(on_gpu.input_gradient, on_cpu.input_gradient, 1e-5);
    ExpectClose(on_gpu.gradient, on_cpu.gradient, 1e-5);
    ExpectClose(on_gpu.statistics, on_cpu.statistics, 1e-5);
  }
}

// Logits, gradient and running statistics of a training pass.
std::vector<at::Tensor> NetworkPass(const v1::ModelSpec& spec, at::Device device) {
  const auto model = MakeModel(spec, kTinyShape, /*key=*/7, at::kDouble, device).value();
  const std::vector<int64_t> rows = {3, 1, 4, 15, 9};
  const at::Tensor logits =
      model->Forward(TinyImages(5).to(device), {.training = true, .key = 2, .row_ids = rows});
  logits.backward(OutputGradient(logits.cpu()).to(device));
  model->CommitStatistics();
  return {logits.detach().cpu(), model->parameters().gradient().cpu(),
          model->parameters().statistic_values().cpu()};
}

TEST_F(GpuLayers, NetworksOfAllLayersComputeTheSame) {
  for (const v1::ModelSpec& spec : {TinyResNet(0.3), TinySequential(), TinyPooled()}) {
    SCOPED_TRACE(spec.ShortDebugString());
    const std::vector<at::Tensor> on_cpu = NetworkPass(spec, at::kCPU);
    const std::vector<at::Tensor> on_gpu = NetworkPass(spec, at::kCUDA);
    for (size_t i = 0; i < on_cpu.size(); ++i) {
      if (on_cpu[i].numel() > 0) ExpectClose(on_gpu[i], on_cpu[i], 1e-9);
    }
  }
}

}  // namespace
}  // namespace pleat
