#include "worker/model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/store/safetensors.h"
#include "tests/worker/model/model_samples.h"
#include "worker/distributed/local_communicator.h"
#include "worker/model/step_abandonment.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

// An SE-CNN of a few hundred parameters for 8x8 images of 3 classes.
v1::ModelSpec TinySeCnn(double dropout) {
  v1::ModelSpec spec;
  v1::SeCnnSpec& se_cnn = *spec.mutable_se_cnn();
  se_cnn.set_width(2);
  se_cnn.set_depth(1);
  se_cnn.set_se_ratio(2);
  se_cnn.set_dropout(dropout);
  se_cnn.add_dense(5);
  return spec;
}

v1::ModelSpec TinyMlp(double dropout) {
  v1::ModelSpec spec;
  spec.mutable_mlp()->add_hidden(6);
  spec.mutable_mlp()->add_hidden(4);
  spec.mutable_mlp()->set_dropout(dropout);
  return spec;
}

std::unique_ptr<Model> MakeTiny(const v1::ModelSpec& spec, at::ScalarType dtype = at::kDouble) {
  return MakeModel(spec, kTinyShape, /*key=*/7, dtype, at::kCPU).value();
}

std::string ReadFixtureFile(const std::string& name) {
  std::ifstream file(std::string(PLEAT_SOURCE_DIR) + "/tests/reference/fixtures/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, at::Tensor> Tensors(const std::string& bytes) {
  std::map<std::string, at::Tensor> tensors;
  const std::vector<SafeTensor> stored = DecodeSafetensors(bytes).value();
  for (const SafeTensor& tensor : stored) {
    const std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
    at::Tensor values = at::empty(shape, at::kDouble);
    std::memcpy(values.mutable_data_ptr(), tensor.data.data(), tensor.data.size());
    tensors[tensor.name] = values;
  }
  return tensors;
}

TEST(SeCnn, EqualsTheNumpyNetwork) {
  const std::map<std::string, at::Tensor> expected =
      Tensors(ReadFixtureFile("se_cnn_forward.safetensors"));
  for (const auto& [dtype, tolerance] : {std::pair{at::kFloat, 1e-4}, {at::kDouble, 1e-11}}) {
    const auto model = MakeTiny(TinySeCnn(0), dtype);
    ASSERT_EQ(model->parameters().FromSafetensors(ReadFixtureFile("se_cnn_weights.safetensors")),
              absl::OkStatus());
    const at::NoGradGuard no_grad;
    const at::Tensor inputs =
        expected.at("inputs").to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor logits = model->Forward(inputs, {});
    EXPECT_LE((logits - expected.at("logits")).abs().max().item<double>(), tolerance);
    const at::Tensor training_logits = model->Forward(inputs, {.training = true});
    EXPECT_LE((training_logits - expected.at("training_logits")).abs().max().item<double>(),
              tolerance);
  }
}

// Central differences of every 7th weight against the gradient buffer, dropout included.
void CheckGradient(const v1::ModelSpec& spec) {
  const auto model = MakeTiny(spec);
  FlatParameters& parameters = model->parameters();
  const at::Tensor images = TinyImages(5);
  const std::vector<int64_t> rows = {3, 1, 4, 15, 9};
  const ForwardContext context{.training = true, .key = 2, .epoch = 1, .row_ids = rows};
  const at::Tensor targets = at::tensor({0, 1, 2, 1, 0}, at::kLong);
  const auto loss = [&] {
    return at::cross_entropy_loss(model->Forward(images, context), targets);
  };
  loss().backward();
  const at::Tensor gradient = parameters.gradient().clone();
  ASSERT_GT(gradient.abs().max().item<double>(), 1e-3);

  const at::NoGradGuard no_grad;
  const double step = 1e-5;
  for (const FlatEntry& entry : parameters.parameters()) {
    for (int64_t i = entry.offset; i < entry.offset + entry.size; i += 7) {
      double& value = parameters.values().mutable_data_ptr<double>()[i];
      const double original = value;
      value = original + step;
      const double above = loss().item<double>();
      value = original - step;
      const double below = loss().item<double>();
      value = original;
      EXPECT_NEAR(gradient[i].item<double>(), (above - below) / (2 * step), 1e-7)
          << entry.name << " element " << i - entry.offset;
    }
  }
}

TEST(SeCnn, HasTheGradientOfItsLoss) { CheckGradient(TinySeCnn(0.3)); }
TEST(Mlp, HasTheGradientOfItsLoss) { CheckGradient(TinyMlp(0.3)); }
TEST(ResNet, HasTheGradientOfItsLoss) { CheckGradient(TinyResNet(0.3)); }
TEST(Sequential, HasTheGradientOfItsLoss) {
  CheckGradient(TinySequential());
  CheckGradient(TinyPooled());
}

// Twenty steps of gradient descent on the rows of one rank out of `size`; returns all parameters
// and statistics. Null channels: alone.
at::Tensor TrainRank(const v1::ModelSpec& spec, int rank, int size, Communicator* statistics,
                     Communicator* gradients) {
  constexpr int64_t kBatch = 12;
  const auto model = MakeTiny(spec);
  FlatParameters& parameters = model->parameters();
  const int64_t share = kBatch / size;
  std::vector<int64_t> rows(share);
  std::iota(rows.begin(), rows.end(), rank * share);
  const at::Tensor images = TinyImages(kBatch).narrow(0, rank * share, share);
  const at::Tensor targets = (at::arange(kBatch, at::kLong) % 3).narrow(0, rank * share, share);
  for (uint32_t step = 0; step < 20; ++step) {
    parameters.gradient().zero_();
    const at::Tensor logits = model->Forward(
        images,
        {.training = true, .key = 5, .epoch = step, .row_ids = rows, .statistics = statistics});
    (at::cross_entropy_loss(logits, targets, {}, at::Reduction::Sum) / kBatch).backward();
    if (gradients != nullptr) {
      EXPECT_EQ(gradients->AllReduceSum({.data = parameters.gradient().mutable_data_ptr(),
                                         .count = parameters.gradient().numel(),
                                         .type = Buffer::Type::kFloat64}),
                absl::OkStatus());
    }
    const at::NoGradGuard no_grad;
    parameters.values().sub_(parameters.gradient(), 0.1);
    model->CommitStatistics();
  }
  return at::cat({parameters.values(), parameters.statistic_values()});
}

void CompareGroupWithOneRank(const v1::ModelSpec& spec) {
  const at::Tensor alone = TrainRank(spec, 0, 1, nullptr, nullptr);
  const auto statistics = MakeLocalCommunicators(2, 20000);
  const auto gradients = MakeLocalCommunicators(2, 20000);
  std::vector<at::Tensor> ranks(2);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < 2; ++rank) {
    threads.emplace_back([&, rank] {
      ranks[rank] = TrainRank(spec, rank, 2, statistics[rank].get(), gradients[rank].get());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(at::equal(ranks[0], ranks[1]));
  EXPECT_LE((ranks[0] - alone).abs().max().item<double>(), 1e-9);
  const auto start = MakeTiny(spec);
  EXPECT_GT(
      (alone.narrow(0, 0, start->parameters().values().numel()) - start->parameters().values())
          .abs()
          .max()
          .item<double>(),
      1e-2);
}

TEST(SeCnn, TwoRanksTrainAsOne) { CompareGroupWithOneRank(TinySeCnn(0.3)); }
TEST(Mlp, TwoRanksTrainAsOne) { CompareGroupWithOneRank(TinyMlp(0.3)); }
TEST(ResNet, TwoRanksTrainAsOne) { CompareGroupWithOneRank(TinyResNet(0.3)); }
TEST(Sequential, TwoRanksTrainAsOne) { CompareGroupWithOneRank(TinySequential()); }

TEST(MakeModel, GivesTheSameWeightsForTheSameKeyInEveryDtype) {
  const auto in_float = MakeTiny(TinySeCnn(0), at::kFloat);
  const auto in_double = MakeTiny(TinySeCnn(0), at::kDouble);
  const auto& floats = in_float->parameters().parameters();
  const auto& doubles = in_double->parameters().parameters();
  ASSERT_EQ(floats.size(), doubles.size());
  for (size_t i = 0; i < floats.size(); ++i) {
    EXPECT_TRUE(at::equal(floats[i].tensor, doubles[i].tensor.to(at::kFloat))) << floats[i].name;
  }
  const auto other = MakeModel(TinySeCnn(0), kTinyShape, 8, at::kDouble, at::kCPU).value();
  EXPECT_FALSE(at::equal(other->parameters().values(), in_double->parameters().values()));
}

// Every call that may end a pass ends it, forward and backward; and nothing else happens then.
TEST(MakeModel, AbandonsAPassBetweenLayers) {
  for (const v1::ModelSpec& spec :
       {TinySeCnn(0.3), TinyMlp(0.3), TinyResNet(0), TinySequential()}) {
    const auto model = MakeTiny(spec);
    const std::vector<int64_t> rows = {3, 1, 4, 15, 9};
    int calls = 0;
    int last = 1000;
    const std::function<bool()> should_abandon = [&] { return ++calls >= last; };
    const ForwardContext context{
        .training = true, .row_ids = rows, .should_abandon = &should_abandon};
    const auto pass = [&] { model->Forward(TinyImages(5), context).sum().backward(); };
    pass();
    const int all = std::exchange(calls, 0);
    EXPECT_GT(all, 10);
    for (last = 1; last <= all; ++last) {
      EXPECT_THROW(pass(), StepAbandoned) << last;
      EXPECT_EQ(std::exchange(calls, 0), last);
    }
  }
}

TEST(MakeModel, RefusesInputsThatVanishInThePools) {
  const auto model = MakeModel(TinySeCnn(0), {.channels = 1, .height = 8, .width = 3, .classes = 3},
                               1, at::kFloat, at::kCPU);
  EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(model.status().message(), HasSubstr("at least 4x4 pixels; these are 8x3"));
}

TEST(MakeModel, WorksOnOddSizesAndSeveralChannels) {
  const ModelShape shape{.channels = 3, .height = 11, .width = 7, .classes = 4};
  const auto model = MakeModel(TinySeCnn(0), shape, 1, at::kFloat, at::kCPU).value();
  const at::Tensor inputs = at::ones({2, 3, 11, 7}).contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_EQ(model->Forward(inputs, {}).sizes(), (std::vector<int64_t>{2, 4}));
}

TEST(MakeModel, RefusesWhatIsNoModel) {
  const auto code = [](const v1::ModelSpec& spec, const ModelShape& shape) {
    return MakeModel(spec, shape, 1, at::kFloat, at::kCPU).status().code();
  };
  EXPECT_EQ(code(v1::ModelSpec(), kTinyShape), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(TinyMlp(0), {.classes = 0}), absl::StatusCode::kInvalidArgument);
  v1::ModelSpec no_width = TinySeCnn(0);
  no_width.mutable_se_cnn()->set_width(0);
  EXPECT_EQ(code(no_width, kTinyShape), absl::StatusCode::kInvalidArgument);
  v1::ModelSpec empty_layer = TinyMlp(0);
  empty_layer.mutable_mlp()->add_hidden(0);
  EXPECT_EQ(code(empty_layer, kTinyShape), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
