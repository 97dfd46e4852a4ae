#include "worker/model/flat_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/model/layers/initializers.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

FlatParameters MakeParameters(at::ScalarType dtype, uint64_t key = 1) {
  FlatParameters parameters;
  parameters.AddParameter("conv.weight", {3, 2, 3, 3}, HeNormal(key, "conv.weight", 18));
  parameters.AddParameter("conv.bias", {3}, Constant(0.25));
  parameters.AddParameter("dense.weight", {5, 3}, GlorotUniform(key, "dense.weight", 3, 5));
  parameters.AddStatistic("norm.running_var", {3}, 1);
  parameters.Allocate(dtype, at::kCPU);
  return parameters;
}

TEST(FlatParameters, StartsEachTensorAtA64ByteBoundaryOfOneBuffer) {
  FlatParameters parameters = MakeParameters(at::kFloat);
  EXPECT_EQ(parameters.parameter_count(), 54 + 3 + 15);
  const auto* base = parameters.values().const_data_ptr<float>();
  for (const FlatEntry& entry : parameters.parameters()) {
    EXPECT_EQ(entry.tensor.const_data_ptr<float>(), base + entry.offset) << entry.name;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(entry.tensor.const_data_ptr()) % 64, 0u) << entry.name;
  }
  EXPECT_EQ(parameters.parameters()[1].offset, 64);
}

TEST(FlatParameters, KeepsGapsZero) {
  FlatParameters parameters = MakeParameters(at::kFloat);
  double sum = 0;
  for (const FlatEntry& entry : parameters.parameters()) {
    sum += entry.tensor.abs().sum().item<double>();
  }
  EXPECT_NEAR(parameters.values().abs().sum().item<double>(), sum, 1e-5);
}

TEST(FlatParameters, GivesConvolutionWeightsChannelsLastStrides) {
  const FlatParameters parameters = MakeParameters(at::kDouble);
  EXPECT_TRUE(parameters.parameters()[0].tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
}

TEST(FlatParameters, GradientsAccumulateInTheFlatBufferBackwardAfterBackward) {
  FlatParameters parameters = MakeParameters(at::kDouble);
  const FlatEntry& weight = parameters.parameters()[0];
  const at::Tensor inputs =
      at::ones({2, 2, 4, 4}, at::kDouble).contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor first;
  for (int pass = 1; pass <= 3; ++pass) {
    at::conv2d(inputs, weight.tensor, parameters.parameters()[1].tensor).sum().backward();
    const at::Tensor flat =
        parameters.gradient().slice(0, weight.offset, weight.offset + weight.size);
    if (pass == 1) first = flat.clone();
    EXPECT_EQ(weight.tensor.grad().const_data_ptr(), flat.const_data_ptr());
    EXPECT_TRUE(at::allclose(flat, first * pass));
  }
  EXPECT_GT(first.abs().min().item<double>(), 0);
}

TEST(FlatParameters, StoresAndLoadsTheSameBits) {
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    FlatParameters source = MakeParameters(dtype, 1);
    source.statistic_values().add_(1.0 / 3);
    FlatParameters target = MakeParameters(dtype, 2);
    ASSERT_FALSE(at::equal(source.values(), target.values()));
    ASSERT_TRUE(target.FromSafetensors(source.ToSafetensors()).ok());
    EXPECT_TRUE(at::equal(source.values(), target.values()));
    EXPECT_EQ(source.ToSafetensors(), target.ToSafetensors());
  }
}

TEST(FlatParameters, RefusesWeightsOfAnotherModelAndStaysAsItWas) {
  FlatParameters source;
  source.AddParameter("conv.weight", {3, 2, 3, 3}, Constant(1));
  source.AddParameter("conv.bias", {4}, Constant(1));
  source.Allocate(at::kFloat, at::kCPU);
  FlatParameters target = MakeParameters(at::kFloat);
  const at::Tensor before = target.values().clone();

  const absl::Status wrong_shape = target.FromSafetensors(source.ToSafetensors());
  EXPECT_EQ(wrong_shape.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(wrong_shape.message(), HasSubstr("'conv.bias' has shape [4], the model's has [3]"));

  FlatParameters empty;
  empty.Allocate(at::kFloat, at::kCPU);
  EXPECT_THAT(target.FromSafetensors(empty.ToSafetensors()).message(),
              HasSubstr("'conv.weight' is missing"));
  EXPECT_THAT(empty.FromSafetensors(target.ToSafetensors()).message(),
              HasSubstr("'conv.weight' is not part of the model"));
  EXPECT_EQ(target.FromSafetensors("not a file").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(at::equal(target.values(), before));
}

}  // namespace
}  // namespace pleat
