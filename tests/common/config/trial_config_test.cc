#include "common/config/trial_config.h"

#include <gtest/gtest.h>

#include "common/store/checksum.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

v1::ParameterValue Value(const std::string& path, const std::string& value) {
  v1::ParameterValue parameter;
  parameter.set_path(path);
  parameter.set_value(value);
  return parameter;
}

TEST(TrialConfig, PutsEachValueAtItsPath) {
  const v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  const auto config = ResolveTrial(
      spec, 7,
      {Value("training.optimizer.adam_w.lr", "0.02"), Value("model.se_cnn.dense[0]", "32")});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->trial(), 7u);
  EXPECT_DOUBLE_EQ(config->training().optimizer().adam_w().lr(), 0.02);
  EXPECT_EQ(config->model().se_cnn().dense(0), 32u);
  EXPECT_EQ(config->model().se_cnn().dense(1), 128u);
  EXPECT_EQ(config->training().epochs(), spec.training().epochs());
  ASSERT_EQ(config->parameters_size(), 2);
  EXPECT_EQ(config->parameters(0).value(), "0.02");
}

TEST(TrialConfig, NamesTheParameterThatDoesNotFit) {
  const v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  EXPECT_EQ(ResolveTrial(spec, 0, {Value("training.epochs", "x")}).status().message(),
            "training.epochs: \"x\" is not a whole number");
  EXPECT_EQ(ResolveTrial(spec, 0, {Value("training.epoch", "1")}).status().message(),
            "there is no \"epoch\" in training; did you mean \"epochs\"?");
  EXPECT_EQ(ResolveTrial(spec, 0, {Value("name", "x")}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(TrialConfig, PutsSectionsWithTheirDefaultsBeforeWhatLiesInside) {
  const v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  const auto config = ResolveTrial(
      spec, 0,
      {Value("training.optimizer.rmsprop.rho", "0.8"),
       Value("training.optimizer", "{rmsprop: {lr: 0.02}}"), Value("model.se_cnn.dense", "[7]")});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->training().optimizer().rmsprop().lr(), 0.02);
  EXPECT_EQ(config->training().optimizer().rmsprop().rho(), 0.8);
  EXPECT_EQ(config->training().optimizer().rmsprop().epsilon(), 1e-7);
  ASSERT_EQ(config->model().se_cnn().dense_size(), 1);
  EXPECT_EQ(config->model().se_cnn().dense(0), 7u);
  EXPECT_EQ(config->parameters(0).path(), "training.optimizer.rmsprop.rho");
  EXPECT_EQ(
      ResolveTrial(spec, 0, {Value("training.optimizer", "{sgd: {lr: x}}")}).status().message(),
      "training.optimizer.sgd.lr: \"x\" is not a number");
}

TEST(TrialConfig, PutsElementsOfLists) {
  const v1::SweepSpec spec =
      ReadText(SmallSweep("model: {sequential: [flatten, dense: {units: 8}]}\n")).spec;
  const auto config = ResolveTrial(spec, 0, {Value("model.sequential[1]", "{dense: {units: 9}}")});
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_EQ(config->model().sequential().layers_size(), 2);
  EXPECT_EQ(config->model().sequential().layers(1).dense().units(), 9u);
}

TEST(TrialConfig, RoundsRealsToSixDigits) {
  EXPECT_EQ(RealText(0.1234564999), "0.123456");
  EXPECT_EQ(RealText(1.0 / 3e4), "3.33333e-05");
  EXPECT_EQ(RealText(0.0001), "0.0001");
  EXPECT_EQ(RealText(2), "2");
  EXPECT_EQ(RealText(std::stod(RealText(0.98765432))), RealText(0.98765432));
}

TEST(TrialConfig, SerializesEqualMessagesEqually) {
  const v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  v1::SweepSpec copy;
  ASSERT_TRUE(copy.ParseFromString(DeterministicBytes(spec)));
  EXPECT_EQ(DeterministicBytes(copy), DeterministicBytes(spec));
  copy.set_priority(1);
  EXPECT_NE(DeterministicBytes(copy), DeterministicBytes(spec));
}

// A sweep of an earlier version is the same to a coordinator, so it can be submitted again.
TEST(TrialConfig, KeepsTheDigestOfASweepWithoutConditionsLinksAndConstraints) {
  const SweepReading reading =
      ReadText(SmallSweep("search:\n"
                          "  method: random\n"
                          "  max_trials: 20\n"
                          "  parameters:\n"
                          "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: "
                          "0.01}}\n"
                          "    model.se_cnn.width: {values: [16, 32]}\n"
                          "  enqueue: [{model.se_cnn.width: 32}]\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(Sha256Hex(DeterministicBytes(reading.spec)),
            "e986c36109ec30f30c89639e902e61f925af04193b84bfcabd67562568d77f8b");
}

}  // namespace
}  // namespace pleat
