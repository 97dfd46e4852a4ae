#include "worker/model/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/status_macros.h"
#include "worker/model/network_builder.h"

namespace pleat {
namespace {

using testing::HasSubstr;

// A network as people write them: docs/models.md.
absl::StatusOr<std::unique_ptr<Model>> MakePlainNet(const ModelShape& shape, ModelOptions& options,
                                                    uint64_t key) {
  const int64_t width = options.Whole("width", 4, 1, 512);
  const double dropout = options.Real("dropout", 0.1, 0, 0.9);
  PLEAT_RETURN_IF_ERROR(options.Check());
  NetworkBuilder network(shape, key);
  PLEAT_RETURN_IF_ERROR(network.AddConvNormSilu("conv1", {.channels = width, .kernel = 5}));
  PLEAT_RETURN_IF_ERROR(network.AddPool(PoolKind::kMax, 4));
  network.AddDropout(dropout);
  return network.Finish();
}

const bool kPlainNet = RegisterModel("plain_net", MakePlainNet);

// Takes no options, and makes one class too few.
const bool kWrongNet =
    RegisterModel("wrong_net", [](ModelShape shape, ModelOptions&, uint64_t key) {
      --shape.classes;
      return absl::StatusOr<std::unique_ptr<Model>>(NetworkBuilder(shape, key).Finish());
    });

v1::ModelSpec Registered(const std::string& name,
                         const std::vector<std::pair<std::string, double>>& options = {}) {
  v1::ModelSpec spec;
  spec.mutable_registered()->set_name(name);
  for (const auto& [key, value] : options) {
    v1::ModelOption& option = *spec.mutable_registered()->add_options();
    option.set_key(key);
    option.set_value(value);
  }
  return spec;
}

absl::StatusOr<std::unique_ptr<Model>> MakeNet(const v1::ModelSpec& spec, ModelShape shape = {}) {
  return MakeModel(spec, shape, 1, at::kFloat, at::kCPU);
}

std::string ErrorOf(const v1::ModelSpec& spec, ModelShape shape = {}) {
  const absl::Status status = MakeNet(spec, shape).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(Registry, MakesTheNetworkOfThatNameWithItsOptions) {
  const auto model = MakeNet(Registered("plain_net", {{"width", 6}})).value();
  EXPECT_EQ(model->Forward(at::ones({2, 1, 28, 28}), {}).sizes(), (std::vector<int64_t>{2, 10}));
  EXPECT_EQ(model->parameters().parameters()[0].name, "conv1.weight");
  EXPECT_EQ(model->parameters().parameters()[0].tensor.sizes(), (std::vector<int64_t>{6, 1, 5, 5}));
  EXPECT_EQ(MakeNet(Registered("plain_net")).value()->parameters().parameters()[0].tensor.size(0),
            4);
}

TEST(Registry, RefusesUnknownNamesWithTheKnownOnes) {
  EXPECT_EQ(
      ErrorOf(Registered("plane_net")),
      "model.registered.name: no network is registered as \"plane_net\" in this worker; there "
      "are: plain_net, wrong_net");
}

TEST(Registry, RefusesOptionsThatTheNetworkDoesNotTake) {
  EXPECT_EQ(ErrorOf(Registered("plain_net", {{"widht", 6}})),
            "model.registered.options: widht: unknown; this network takes dropout, width");
  EXPECT_EQ(ErrorOf(Registered("plain_net", {{"width", 0}})),
            "model.registered.options: width: 0 is out of range: it must be from 1 to 512");
  EXPECT_EQ(ErrorOf(Registered("plain_net", {{"width", 6.5}})),
            "model.registered.options: width: 6.5 is not a whole number");
  EXPECT_EQ(ErrorOf(Registered("wrong_net", {{"width", 6}})),
            "model.registered.options: width: unknown; this network takes no options");
}

TEST(Registry, PassesOnWhatTheNetworkRefuses) {
  EXPECT_THAT(ErrorOf(Registered("plain_net"), {.height = 3, .width = 3}),
              HasSubstr("model.registered: plain_net: windows of 4x4 do not fit inputs of 4x3x3"));
}

TEST(Registry, RefusesANetworkOfOtherOutputs) {
  EXPECT_EQ(ErrorOf(Registered("wrong_net")),
            "model.registered: wrong_net makes outputs [1, 9] of one input; [1, 10] are needed");
}

TEST(Registry, TakesANameOnce) {
  EXPECT_TRUE(kPlainNet && kWrongNet);
  EXPECT_THROW(RegisterModel("plain_net", MakePlainNet), c10::Error);
}

}  // namespace
}  // namespace pleat
