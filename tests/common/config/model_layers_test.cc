// Lists of layers, which may hold lists of layers: reading, paths, limits, schema.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "common/config/json_schema.h"
#include "common/config/reference.h"
#include "common/config/trial_config.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

constexpr char kLayers[] = R"(model:
  sequential:
    - conv: {channels: 8, stride: 2}
    - batch_norm
    - activation: relu
    - residual:
        - conv: {channels: 8}
        - residual: [dropout: {p: 0.1}, {activation: gelu}]
    - global_pool
)";

TEST(ModelLayers, AreReadWithTheirDefaults) {
  const SweepReading reading = ReadText(SmallSweep(kLayers));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const v1::SequentialSpec& sequential = reading.spec.model().sequential();
  ASSERT_EQ(sequential.layers_size(), 5);
  EXPECT_EQ(sequential.layers(0).conv().kernel(), 3u);
  EXPECT_EQ(sequential.layers(0).conv().stride(), 2u);
  EXPECT_TRUE(sequential.layers(1).has_batch_norm());
  EXPECT_EQ(sequential.layers(2).activation(), "relu");
  EXPECT_EQ(sequential.layers(3).residual().layers(1).residual().layers(0).dropout().p(), 0.1);
  EXPECT_EQ(sequential.layers(4).global_pool().kind(), "mean");
}

// What is wrong with `layers`, written in one line.
std::string ErrorsIn(const std::string& layers) {
  return DiagnosticsOf(SmallSweep("model: {sequential: " + layers + "}\n"));
}

TEST(ModelLayers, AreRefusedWithTheirPlace) {
  EXPECT_EQ(ErrorsIn("[convv: {channels: 8}]"),
            "sweep.yaml:3:22: model.sequential[0]: unknown key \"convv\"; did you mean \"conv\"?");
  EXPECT_EQ(ErrorsIn("[flatten, conv]"),
            "sweep.yaml:3:31: model.sequential[1].conv.channels: missing, but required: output "
            "channels");
  EXPECT_EQ(ErrorsIn("[activation: swish]"),
            "sweep.yaml:3:34: model.sequential[0].activation: \"swish\" is not one of silu, relu, "
            "gelu, elu, tanh, sigmoid");
  EXPECT_EQ(ErrorsIn("[activation]"),
            "sweep.yaml:3:22: model.sequential[0]: \"activation\" needs a value: {activation: …}");
  EXPECT_EQ(ErrorsIn("[]"), "sweep.yaml:3:21: model.sequential: needs at least one element");
  EXPECT_EQ(ErrorsIn("[residual: []]"),
            "sweep.yaml:3:32: model.sequential[0].residual: needs at least one element");
  EXPECT_EQ(ErrorsIn("[residual: [dense: {units: 0}]]"),
            "sweep.yaml:3:48: model.sequential[0].residual[0].dense.units: 0 is out of range: it "
            "must be from 1 to 65536");
  EXPECT_EQ(ErrorsIn("{conv: {channels: 3}}"),
            "sweep.yaml:3:21: model.sequential: expected a list [a, b, …], found a mapping");
}

TEST(ModelLayers, AreSetByPath) {
  const SweepReading reading =
      ReadText(SmallSweep(kLayers), {"model.sequential[0].conv.channels=32",
                                     "model.sequential[3].residual[1].residual[0].dropout.p=0.4",
                                     "model.sequential[4]={dense: {units: 9}}"});
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const v1::SequentialSpec& sequential = reading.spec.model().sequential();
  EXPECT_EQ(sequential.layers(0).conv().channels(), 32u);
  EXPECT_EQ(sequential.layers(3).residual().layers(1).residual().layers(0).dropout().p(), 0.4);
  EXPECT_EQ(sequential.layers(4).dense().units(), 9u);
  EXPECT_EQ(DiagnosticsOf(SmallSweep(kLayers), {"model.sequential.conv.channels=32"}),
            "--set model.sequential.conv.channels: model.sequential is a list; write "
            "model.sequential[0] for one element");
  EXPECT_EQ(DiagnosticsOf(SmallSweep(kLayers), {"model.sequential[5].conv.channels=32"}),
            "--set model.sequential[5].conv.channels: there is no model.sequential[5]; the list "
            "has 5 elements, counted from 0");
}

TEST(ModelLayers, VaryFromTrialToTrial) {
  const SweepReading reading = ReadText(SmallSweep(kLayers) +
                                        "search: {parameters: {\"model.sequential[3].residual[0]"
                                        ".conv.channels\": {values: [8, 16]}}}\n");
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  v1::ParameterValue value;
  value.set_path("model.sequential[3].residual[0].conv.channels");
  value.set_value("16");
  const v1::TrialConfig trial = ResolveTrial(reading.spec, 1, {value}).value();
  EXPECT_EQ(trial.model().sequential().layers(3).residual().layers(0).conv().channels(), 16u);
}

TEST(ModelOptions, AreReadSetAndVaried) {
  const SweepReading reading =
      ReadText(SmallSweep("model: {registered: {name: mine, options: {width: 8}}}\n"
                          "search: {parameters: {\"model.registered.options[width]\": {values: [8, "
                          "16]}}}\n"),
               {"model.registered.options[depth]=3"});
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const v1::RegisteredModelSpec& registered = reading.spec.model().registered();
  ASSERT_EQ(registered.options_size(), 2);
  EXPECT_EQ(registered.options(1).key(), "depth");
  EXPECT_EQ(registered.options(1).value(), 3);
  v1::ParameterValue value;
  value.set_path("model.registered.options[width]");
  value.set_value("16");
  const v1::TrialConfig trial = ResolveTrial(reading.spec, 1, {value}).value();
  EXPECT_EQ(trial.model().registered().options(0).key(), "width");
  EXPECT_EQ(trial.model().registered().options(0).value(), 16);
}

// A sweep with a residual in a residual, `depth` times.
std::string Nested(int depth) {
  std::string text = "model: {sequential: [";
  for (int i = 0; i < depth; ++i) text += "residual: [";
  text += "flatten";
  return SmallSweep(text + std::string(depth, ']') + "]}\n");
}

TEST(ModelLayers, NestAsDeeplyAsTextsMay) {
  const SweepReading deep = ReadText(Nested(30));
  ASSERT_EQ(FormatDiagnostics(deep.diagnostics), "");
  EXPECT_TRUE(CheckSweepSpec(deep.spec).ok());
  v1::SweepSpec parsed;
  EXPECT_TRUE(parsed.ParseFromString(deep.spec.SerializeAsString()));
  for (const int depth : {31, 100, 10000}) {
    EXPECT_NE(DiagnosticsOf(Nested(depth)).find("nested deeper than 64 levels"), std::string::npos)
        << depth;
  }
}

TEST(ModelLayers, ChangedBytesAreReadOrRefused) {
  const std::string good = SmallSweep(kLayers);
  std::mt19937 random(5);
  for (int round = 0; round < 1000; ++round) {
    std::string text = good;
    text[random() % text.size()] = "{}[]:,- \n~0a"[random() % 12];
    text.erase(random() % text.size(), random() % 6);
    const SweepReading reading = ReadText(text);
    if (reading.diagnostics.empty()) {
      EXPECT_TRUE(CheckSweepSpec(reading.spec).ok()) << text;
    }
  }
}

TEST(ModelLayers, StandInSchemaAndReference) {
  const nlohmann::json schema = nlohmann::json::parse(SweepJsonSchema());
  const nlohmann::json& sequential =
      schema["$defs"]["ModelSpec"]["anyOf"][1]["properties"]["sequential"];
  EXPECT_EQ(sequential["items"]["$ref"], "#/$defs/LayerSpec");
  EXPECT_EQ(sequential["maxItems"], 256);
  const nlohmann::json& layer = schema["$defs"]["LayerSpec"]["anyOf"][1]["properties"];
  EXPECT_EQ(layer["residual"]["items"]["$ref"], "#/$defs/LayerSpec");
  EXPECT_EQ(layer["activation"]["enum"][0], "silu");
  const std::string reference = SweepReferenceMarkdown();
  EXPECT_NE(reference.find("| `model.sequential[].conv.channels` |"), std::string::npos);
  EXPECT_NE(reference.find("| `model.sequential[].residual` | list |"), std::string::npos);
}

}  // namespace
}  // namespace pleat
