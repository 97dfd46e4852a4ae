#include "common/config/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

TEST(Overrides, TakeThePlaceOfWhatTheFileSays) {
  const SweepReading reading =
      ReadText(SmallSweep("training: {epochs: 3, augmentation: [shift_scale_rotate]}\n"),
               {"training.epochs=7", "training.augmentation[0].shift_scale_rotate.p=0.25",
                "model.se_cnn.dense=[8, 4]", "model.se_cnn.dense[1]=5", "data.root=/data",
                "data.extra[dig]={csv: {path: dig.csv}}"});
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(reading.spec.training().epochs(), 7u);
  EXPECT_DOUBLE_EQ(reading.spec.training().augmentation(0).shift_scale_rotate().p(), 0.25);
  EXPECT_THAT(reading.spec.model().se_cnn().dense(), testing::ElementsAre(8, 5));
  EXPECT_EQ(reading.spec.data().extra(0).key(), "dig");
  EXPECT_EQ(reading.spec.data().extra(0).dataset().csv().path(), "/data/dig.csv");
}

TEST(Overrides, SwitchTheArmOfAOneof) {
  const SweepReading reading = ReadText(SmallSweep("training: {optimizer: {sgd: {lr: 0.5}}}\n"),
                                        {"training.optimizer.adam.beta1=0.8", "model=mlp"});
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_DOUBLE_EQ(reading.spec.training().optimizer().adam().beta1(), 0.8);
  EXPECT_DOUBLE_EQ(reading.spec.training().optimizer().adam().lr(), 0.001);
  EXPECT_TRUE(reading.spec.model().has_mlp());
}

TEST(Overrides, MendWhatTheFileLacksOrGetsWrong) {
  EXPECT_EQ(DiagnosticsOf("data: {train: {synthetic_digits: {}}}\ntraining: {epochs: 0}\n",
                          {"name=given", "training.epochs=1"}),
            "");
}

TEST(Overrides, ReplaceAWholeElementButItsKey) {
  const SweepReading reading =
      ReadText(SmallSweep("search: {parameters: {training.epochs: {values: [1, 2]}}}\n"),
               {"search.parameters[training.epochs]={int_uniform: {min: 1, max: 3}}"});
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(reading.spec.search().parameters(0).key(), "training.epochs");
  EXPECT_EQ(reading.spec.search().parameters(0).int_uniform().max(), 3);
}

TEST(Overrides, AreRefusedByTheirPath) {
  const auto problem = [](const std::string& override) {
    return DiagnosticsOf(SmallSweep(), {override});
  };
  EXPECT_EQ(problem("training.epochs"), "--set: expected path=value, found \"training.epochs\"");
  EXPECT_EQ(problem("=3").substr(0, 24), "--set: \"\" is not a path;");
  EXPECT_EQ(problem("training.epoch=3"),
            "--set training.epoch: there is no \"epoch\" in training; did you mean \"epochs\"?");
  EXPECT_EQ(problem("training.epochs=x"), "--set training.epochs: \"x\" is not a whole number");
  EXPECT_EQ(problem("training.epochs=0"),
            "--set training.epochs: 0 is out of range: it must be from 1 to 100000 (epochs)");
  EXPECT_EQ(problem("training.epochs="),
            "--set training.epochs: no value; give one, or remove the key");
  EXPECT_EQ(problem("training={epoch: 3}"),
            "--set training: unknown key \"epoch\"; did you mean \"epochs\"?");
  EXPECT_EQ(problem("training.epochs=[1"),
            "--set training.epochs: a key must be plain text; is a bracket left open?");
  EXPECT_EQ(problem("model.se_cnn.dense=[0]"),
            "--set model.se_cnn.dense[0]: 0 is out of range: it must be from 1 to 65536");
}

}  // namespace
}  // namespace pleat
