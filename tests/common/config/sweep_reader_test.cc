#include "common/config/sweep_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/config/trial_config.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::HasSubstr;

TEST(SweepReader, ReadsTheWholeLanguage) {
  const SweepReading reading = ReadText(R"(
name: all
data:
  root: sets
  train: {csv: {path: train.csv, id_column: id}}
  test: {csv: {path: /abs/../test.csv, label_column: ""}}
  extra:
    b: {idx: {images: b/x.gz, labels: b/y.gz}, limit: 10}
    a: {synthetic_digits: {}}
  groups: {column: writer}
cross_validation: {group_k_fold: {folds: 3}}
training:
  optimizer: rmsprop
  lr_schedule: {constant: }
  augmentation: [shift_scale_rotate: {p: 1}, shift_scale_rotate]
ensemble: {select: {greedy: {rounds: 3}}, tta: {views: [identity: {}, shift_scale_rotate]}}
search:
  method: random
  max_trials: 3
  parameters:
    training.optimizer.rmsprop.lr: {values: [1.0e-3, "0.01"]}
    model.se_cnn.width: {int_uniform: {min: 4, max: 8}}
)");
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const v1::SweepSpec& spec = reading.spec;
  EXPECT_EQ(spec.data().extra(0).key(), "b");
  EXPECT_EQ(spec.data().extra(1).key(), "a");
  EXPECT_EQ(spec.data().extra(0).dataset().limit(), 10u);
  EXPECT_EQ(spec.training().optimizer().rmsprop().rho(), 0.9);
  EXPECT_EQ(spec.training().augmentation(0).shift_scale_rotate().p(), 1.0);
  EXPECT_EQ(spec.training().augmentation(1).shift_scale_rotate().p(), 0.5);
  EXPECT_EQ(spec.ensemble().tta().views_size(), 2);
  EXPECT_THAT(spec.search().parameters(0).values().value(), testing::ElementsAre("1.0e-3", "0.01"));
  EXPECT_EQ(spec.search().parameters(1).key(), "model.se_cnn.width");
  EXPECT_TRUE(CheckSweepSpec(spec).ok()) << CheckSweepSpec(spec);
}

TEST(SweepReader, MakesPathsAbsolute) {
  const auto paths = [](const std::string& root) {
    return ReadText("name: a\ndata: {" + root +
                    "train: {idx: {images: ../x.gz, labels: /data/./y.gz}}}\n")
        .spec.data();
  };
  EXPECT_EQ(paths("").root(), "/home/me");
  EXPECT_EQ(paths("").train().idx().images(), "/home/x.gz");
  EXPECT_EQ(paths("").train().idx().labels(), "/data/y.gz");
  EXPECT_EQ(paths("root: sets/one/, ").train().idx().images(), "/home/me/sets/x.gz");
  EXPECT_EQ(paths("root: /mnt, ").root(), "/mnt");
}

TEST(SweepReader, DataInNoFileAreTheSameInEveryFolder) {
  EXPECT_EQ(ReadText(SmallSweep("")).spec.data().root(), ".");
}

std::vector<std::string> ShippedSweeps() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(PLEAT_SOURCE_DIR "/configs")) {
    names.push_back(file.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ShippedSweep : public testing::TestWithParam<std::string> {};

TEST_P(ShippedSweep, HoldsAndStaysTheSameAfterATrip) {
  std::ifstream file(PLEAT_SOURCE_DIR "/configs/" + GetParam() + ".yaml");
  std::stringstream text;
  text << file.rdbuf();
  const SweepReading reading = ReadText(text.str());
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  v1::SweepSpec copy;
  ASSERT_TRUE(copy.ParseFromString(DeterministicBytes(reading.spec)));
  EXPECT_TRUE(CheckSweepSpec(copy).ok()) << CheckSweepSpec(copy);
}

INSTANTIATE_TEST_SUITE_P(Configs, ShippedSweep, testing::ValuesIn(ShippedSweeps()),
                         [](const auto& info) { return info.param; });

TEST(CheckSweepSpec, RefusesASpecThatIsNotResolved) {
  v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  spec.mutable_training()->clear_epochs();
  spec.mutable_model()->clear_se_cnn();
  const absl::Status status = CheckSweepSpec(spec);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(
      status.message(),
      "sweep: model: not resolved: one of se_cnn, mlp, resnet, sequential, registered must be "
      "filled in\n"
      "sweep: training.epochs: not resolved: its default must be filled in");
}

TEST(CheckSweepSpec, RefusesWhatNoYamlCouldSay) {
  v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  spec.mutable_model()->mutable_se_cnn()->set_dropout(std::nan(""));
  spec.GetReflection()->MutableUnknownFields(&spec)->AddVarint(99, 1);
  for (int i = 0; i < 2; ++i) {
    v1::ParameterSpec* parameter = spec.mutable_search()->add_parameters();
    parameter->set_key("training.epochs");
    parameter->mutable_values()->add_value("3");
  }
  const std::string message(CheckSweepSpec(spec).message());
  EXPECT_THAT(message, HasSubstr("fields that this version of Pleat does not know"));
  EXPECT_THAT(message, HasSubstr("model.se_cnn.dropout: nan is not a finite number"));
  EXPECT_THAT(message, HasSubstr("search.parameters[training.epochs]: is there twice; keep one"));
}

}  // namespace
}  // namespace pleat
