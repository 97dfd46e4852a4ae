#include "worker/model/input_normalization.h"

#include <gtest/gtest.h>

#include <vector>

#include "worker/model/model.h"

namespace pleat {
namespace {

constexpr ModelShape kShape{.channels = 3, .height = 5, .width = 4, .classes = 2};
const std::vector<double> kMean = {0.5, 0.25, 0.125};
const std::vector<double> kDeviation = {0.5, 2, 1};

std::unique_ptr<Model> SmallModel(bool standard) {
  v1::ModelSpec spec;
  spec.mutable_mlp()->add_hidden(6);
  v1::NormalizationSpec normalization;
  if (standard) normalization.mutable_standard();
  return MakeModel(spec, kShape, /*key=*/3, at::kDouble, at::kCPU, normalization).value();
}

at::Tensor Inputs() {
  return at::arange(2 * 3 * 5 * 4, at::kDouble)
      .mul(0.7)
      .sin()
      .view({2, 3, 5, 4})
      .contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(InputNormalization, ComesBeforeTheFirstLayer) {
  at::Tensor normalized = Inputs();
  for (int64_t c = 0; c < 3; ++c) {
    normalized.select(1, c).sub_(kMean[c]).div_(kDeviation[c]);
  }
  const auto model = SmallModel(true);
  model->input_normalization()->Set(kMean, kDeviation);
  EXPECT_TRUE(at::equal(model->Forward(Inputs(), {}), SmallModel(false)->Forward(normalized, {})));
}

TEST(InputNormalization, KeepsTheMemoryFormatAndTheInputs) {
  const auto model = SmallModel(true);
  model->input_normalization()->Set(kMean, kDeviation);
  const at::Tensor inputs = Inputs();
  const at::Tensor normalized = model->input_normalization()->Apply(inputs);
  EXPECT_EQ(normalized.strides(), inputs.strides());
  EXPECT_TRUE(at::equal(inputs, Inputs()));
}

TEST(InputNormalization, ComesBackWithTheWeights) {
  const auto model = SmallModel(true);
  model->input_normalization()->Set(kMean, kDeviation);
  const auto other = SmallModel(true);
  ASSERT_TRUE(other->parameters().FromSafetensors(model->parameters().ToSafetensors()).ok());
  EXPECT_TRUE(at::equal(other->Forward(Inputs(), {}), model->Forward(Inputs(), {})));
}

TEST(InputNormalization, WeightsWithoutItAreRefused) {
  const std::string plain = SmallModel(false)->parameters().ToSafetensors();
  EXPECT_EQ(SmallModel(true)->parameters().FromSafetensors(plain).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(InputNormalization, IsAbsentWithoutStandard) {
  EXPECT_EQ(SmallModel(false)->input_normalization(), nullptr);
}

}  // namespace
}  // namespace pleat
