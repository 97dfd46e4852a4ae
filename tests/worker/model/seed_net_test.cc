// The default se_cnn against the Kannada-MNIST notebook's network, which Keras computed:
// tests/reference/make_seed_net_fixtures.py.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "common/config/defaults.h"
#include "tests/reference/fixture.h"
#include "tests/worker/model/formula_tensor.h"
#include "worker/model/model.h"

namespace pleat {
namespace {

constexpr int64_t kBatch = 4;

at::Tensor Images(const std::string& name, at::ScalarType dtype) {
  return ((FormulaNumbers(name, {kBatch, 28, 28, 1}) + 1) / 2).permute({0, 3, 1, 2}).to(dtype);
}

// With default options, but for dropout where it is given.
std::unique_ptr<Model> MakeSeedNet(at::ScalarType dtype, double dropout = 0.2) {
  v1::ModelSpec spec;
  spec.mutable_se_cnn()->set_dropout(dropout);
  FillDefaults(&spec);
  return MakeModel(spec, ModelShape{}, 1, dtype, at::kCPU).value();
}

std::unique_ptr<Model> SeedNetByFormula(at::ScalarType dtype, double dropout = 0.2) {
  auto model = MakeSeedNet(dtype, dropout);
  FillByFormula(model->parameters());
  return model;
}

at::Tensor Rows(const nlohmann::json& rows) {
  at::Tensor tensor = at::empty({kBatch, 10}, at::kDouble);
  for (int64_t row = 0; row < kBatch; ++row) {
    for (int64_t c = 0; c < 10; ++c) tensor[row][c] = rows[row][c].get<double>();
  }
  return tensor;
}

double LargestDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

TEST(SeedNet, HasKerasNumberOfParameters) {
  const nlohmann::json expected = ReadFixture("seed_net.json");
  const auto model = MakeSeedNet(at::kFloat);
  EXPECT_EQ(model->parameters().parameter_count(), expected["parameters"].get<int64_t>());
  EXPECT_EQ(model->parameters().parameter_count(), 4643338);
  int64_t statistics = 0;
  for (const FlatEntry& entry : model->parameters().statistics()) statistics += entry.size;
  EXPECT_EQ(statistics, expected["statistics"].get<int64_t>());
}

// Keras's batch norm computes in float32 at most.
TEST(SeedNet, ComputesKerasLogits) {
  const nlohmann::json expected = ReadFixture("seed_net.json");
  const at::NoGradGuard no_grad;
  for (const auto& [dtype, tolerance] : {std::pair{at::kFloat, 1e-4}, {at::kDouble, 1e-5}}) {
    const auto model = SeedNetByFormula(dtype);
    EXPECT_LE(
        LargestDifference(model->Forward(Images("first", dtype), {}), Rows(expected["logits"])),
        tolerance);
  }
}

TEST(SeedNet, TrainsByKerasBatchStatistics) {
  const nlohmann::json expected = ReadFixture("seed_net.json");
  const at::NoGradGuard no_grad;
  for (const auto& [dtype, tolerance] : {std::pair{at::kFloat, 1e-4}, {at::kDouble, 1e-5}}) {
    const auto model = SeedNetByFormula(dtype, /*dropout=*/0);
    EXPECT_LE(LargestDifference(model->Forward(Images("first", dtype), {.training = true}),
                                Rows(expected["training_logits"])),
              tolerance);
    model->CommitStatistics();
    model->Forward(Images("second", dtype), {.training = true});
    model->CommitStatistics();
    for (const FlatEntry& entry : model->parameters().statistics()) {
      const size_t dot = entry.name.rfind('.');
      const nlohmann::json& norm = expected["running"][entry.name.substr(0, dot)];
      const nlohmann::json& shown =
          norm[entry.name.ends_with("running_mean") ? "mean" : "variance"];
      for (size_t i = 0; i < shown.size(); ++i) {
        EXPECT_NEAR(entry.tensor[i].item<double>(), shown[i].get<double>(), tolerance)
            << entry.name;
      }
    }
  }
}

// The expected deviation and bound of a kernel, by its formula.
struct Distribution {
  double deviation;
  double bound;
};

Distribution HeNormalOf(const at::Tensor& kernel) {
  const double deviation = std::sqrt(2.0 * static_cast<double>(kernel.size(0)) / kernel.numel());
  return {deviation, 2 * deviation / 0.87962566103423978};
}

Distribution GlorotUniformOf(const at::Tensor& kernel) {
  const double bound = std::sqrt(6.0 / static_cast<double>(kernel.size(0) + kernel.size(1)));
  return {bound / std::sqrt(3.0), bound};
}

// Five standard errors of the sample's mean and deviation.
TEST(SeedNet, DrawsKerasInitialWeights) {
  const nlohmann::json keras = ReadFixture("seed_net.json")["initial"];
  const auto model = MakeSeedNet(at::kDouble);
  size_t kernels = 0;
  for (const FlatEntry& entry : model->parameters().parameters()) {
    const at::Tensor values = entry.tensor.detach();
    if (values.dim() == 1) {
      EXPECT_TRUE((values == (entry.name.ends_with("norm.weight") ? 1 : 0)).all().item<bool>())
          << entry.name;
      continue;
    }
    ++kernels;
    const auto [deviation, bound] =
        entry.name == "logits.weight" ? GlorotUniformOf(values) : HeNormalOf(values);
    const double error = 5 * deviation / std::sqrt(static_cast<double>(values.numel()));
    EXPECT_NEAR(values.mean().item<double>(), 0, error) << entry.name;
    EXPECT_NEAR(values.std().item<double>(), deviation, error) << entry.name;
    EXPECT_LE(values.abs().max().item<double>(), bound) << entry.name;
    EXPECT_GE(values.abs().max().item<double>(), 0.9 * bound) << entry.name;
    ASSERT_TRUE(keras.contains(entry.name)) << entry.name;
    EXPECT_NEAR(keras[entry.name]["deviation"].get<double>(), deviation, error) << entry.name;
    EXPECT_LE(keras[entry.name]["largest"].get<double>(), bound) << entry.name;
  }
  EXPECT_EQ(kernels, keras.size());
}

}  // namespace
}  // namespace pleat
