#include "worker/model/layers/batch_norm_aten.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/worker/model/norm_layer.h"

namespace pleat {
namespace {

// The GPU's operations against the CPU's loops, both on the CPU.
void CompareWithLoops(std::vector<int64_t> shape, at::ScalarType dtype, AfterNorm after,
                      double tolerance) {
  const int64_t channels = shape[1];
  const at::Tensor x = NormInputs(shape, dtype);
  const BatchMoments expected_moments = GlobalMoments(x, channels, nullptr);
  const BatchMoments moments = aten::LocalMoments(x);
  EXPECT_EQ(moments.count, expected_moments.count);
  ExpectClose(moments.mean, expected_moments.mean, tolerance);
  ExpectClose(moments.m2, expected_moments.m2, tolerance);

  const NormLayer layer(channels, dtype);
  const Norm norm(moments.mean, moments.m2 / static_cast<double>(moments.count), layer.weight(),
                  layer.bias());
  const at::Tensor out = aten::Normalize(x, norm, after);
  EXPECT_EQ(out.strides(), x.strides());
  ExpectClose(out, Normalize(x, norm, after), tolerance);

  const at::Tensor dout = OutputGradient(x).contiguous(x.suggest_memory_format());
  const auto [dy, sums] = aten::AfterNormBackward(dout, x, norm, after);
  const auto [expected_dy, expected_sums] = AfterNormBackward(dout, x, norm, after);
  ExpectClose(dy, expected_dy, tolerance);
  ExpectClose(sums, expected_sums, tolerance);

  const at::Tensor means = sums / static_cast<double>(moments.count);
  const at::Tensor dx = aten::NormBackward(x, norm, means, dy);
  EXPECT_EQ(dx.strides(), x.strides());
  ExpectClose(dx, NormBackward(x, norm, means, expected_dy), tolerance);
}

TEST(BatchNormAten, EqualsTheLoopsOfTheCpu) {
  const std::vector<std::vector<int64_t>> shapes = {{7, 5}, {300, 64}, {4, 3, 5, 5}, {8, 70, 9, 9}};
  for (const std::vector<int64_t>& shape : shapes) {
    SCOPED_TRACE(testing::PrintToString(shape));
    for (const AfterNorm after : {AfterNorm::kNothing, AfterNorm::kSilu}) {
      CompareWithLoops(shape, at::kDouble, after, 1e-12);
      CompareWithLoops(shape, at::kFloat, after, 1e-5);
    }
  }
}

}  // namespace
}  // namespace pleat
