#include "worker/model/layers/conv2d.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/worker/model/formula_tensor.h"
#include "worker/model/flat_parameters.h"

namespace pleat {
namespace {

struct Passes {
  at::Tensor output, inputs, weight, bias;  // its gradients, but of the output
};

Passes Compute(int64_t in, const ConvSize& size, at::ScalarType dtype) {
  FlatParameters parameters;
  Conv2d layer(parameters, "conv", in, size, 1);
  parameters.Allocate(dtype, at::kCPU);
  FillByFormula(parameters);
  const at::Tensor inputs = FormulaNumbers("x", {8, in, 32, 30})
                                .to(dtype)
                                .contiguous(at::MemoryFormat::ChannelsLast)
                                .requires_grad_();
  const at::Tensor output = layer.Forward(inputs, {});
  (output * FormulaNumbers("y", output.sizes()).to(dtype)).sum().backward();
  const auto& entries = parameters.parameters();
  return {output.detach(), inputs.grad(), entries[0].tensor.grad(), entries[1].tensor.grad()};
}

void ExpectClose(const at::Tensor& single, const at::Tensor& exact) {
  EXPECT_EQ(single.sizes(), exact.sizes());
  const double largest = exact.abs().max().item<double>();
  EXPECT_LT((single.to(at::kDouble) - exact).abs().max().item<double>(), 5e-5 * largest);
}

// Single precision is computed by kernels of the processor, double by plain ones.
TEST(Conv2d, SinglePrecisionIsCloseToDouble) {
  for (const int64_t in : {1, 2, 3, 4, 7, 8, 12}) {
    for (const int64_t kernel : {1, 2, 3, 5}) {
      for (const int64_t stride : {1, 2, 3}) {
        SCOPED_TRACE(absl::StrCat(in, " channels, kernel ", kernel, ", stride ", stride));
        const ConvSize size = {.channels = in + 3, .kernel = kernel, .stride = stride};
        const Passes single = Compute(in, size, at::kFloat);
        const Passes exact = Compute(in, size, at::kDouble);
        ExpectClose(single.output, exact.output);
        ExpectClose(single.inputs, exact.inputs);
        ExpectClose(single.weight, exact.weight);
        ExpectClose(single.bias, exact.bias);
      }
    }
  }
}

TEST(Conv2d, AWindowOfOnePixelSeesEveryNth) {
  const Passes result = Compute(2, {.channels = 3, .kernel = 1, .stride = 3}, at::kFloat);
  EXPECT_EQ(result.output.sizes(), (std::vector<int64_t>{8, 3, 11, 10}));
  const at::Tensor seen = result.inputs.abs().sum(at::IntArrayRef{0, 1}) > 0;
  for (int64_t y = 0; y < 32; ++y) {
    for (int64_t x = 0; x < 30; ++x) {
      EXPECT_EQ(seen[y][x].item<bool>(), y % 3 == 0 && x % 3 == 0) << y << " " << x;
    }
  }
}

}  // namespace
}  // namespace pleat
