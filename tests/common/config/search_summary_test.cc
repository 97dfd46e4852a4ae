#include "common/config/search_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

TEST(SearchSummary, CountsTheGrid) {
  EXPECT_EQ(GridSize(ReadText(SmallSweep()).spec).value(), 1u);
  const v1::SweepSpec spec =
      ReadText(SmallSweep("search: {parameters: {training.epochs: {values: [1, 2, 3]}, "
                          "training.seed: {int_uniform: {min: 5, max: 8}}}}\n"))
          .spec;
  EXPECT_EQ(GridSize(spec).value(), 12u);
  EXPECT_EQ(TrialCount(spec), 12u);
}

TEST(SearchSummary, CountsTheWidestIntervalWithoutOverflow) {
  v1::ParameterSpec parameter;
  parameter.mutable_int_uniform()->set_min(INT64_MIN);
  parameter.mutable_int_uniform()->set_max(INT64_MAX);
  EXPECT_EQ(ValueCount(parameter), UINT64_MAX);
}

TEST(SearchSummary, RefusesAGridOfReals) {
  v1::SweepSpec spec;
  v1::ParameterSpec* parameter = spec.mutable_search()->add_parameters();
  parameter->set_key("model.mlp.dropout");
  parameter->mutable_uniform();
  EXPECT_EQ(GridSize(spec).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(SearchSummary, DescribesTheSpace) {
  const SweepReading reading = ReadText(
      SmallSweep("search:\n  method: random\n  max_trials: 20\n  parameters:\n"
                 "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 0.01}}\n"
                 "    model.se_cnn.dropout: {uniform: {min: 0, max: 0.5}}\n"
                 "    training.epochs: {int_uniform: {min: 2, max: 9}}\n"
                 "    model.se_cnn.width: {values: [16, 32]}\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "random search, 20 trials\n"
            "  training.optimizer.adam_w.lr: real, log-uniform from 0.0001 to 0.01\n"
            "  model.se_cnn.dropout: real, uniform from 0 to 0.5\n"
            "  training.epochs: whole number, uniform from 2 to 9 (8 values)\n"
            "  model.se_cnn.width: whole number, one of 16, 32");
}

TEST(SearchSummary, DescribesStepsAndTheGrid) {
  const std::string parameters =
      "  parameters:\n"
      "    training.optimizer.adam_w.lr: {log_uniform: {min: 1.0e-4, max: 0.1, factor: 10}}\n"
      "    model.se_cnn.dropout: {uniform: {min: 0, max: 0.5, step: 0.1}}\n"
      "    training.epochs: {int_uniform: {min: 2, max: 9, step: 3}}\n"
      "    training.batch_size: {log_int_uniform: {min: 32, max: 128, factor: 2}}\n"
      "    model.se_cnn.width: {log_int_uniform: {min: 16, max: 64, step: 16}}\n"
      "    training.checkpoint: {constant: best}\n";
  const std::string described =
      "\n"
      "  training.optimizer.adam_w.lr: real, log-uniform from 0.0001 to 0.1 by a factor of 10 (4 "
      "values)\n"
      "  model.se_cnn.dropout: real, uniform from 0 to 0.5 by 0.1 (6 values)\n"
      "  training.epochs: whole number, uniform from 2 to 9 by 3 (3 values)\n"
      "  training.batch_size: whole number, log-uniform from 32 to 128 by a factor of 2 (3 "
      "values)\n"
      "  model.se_cnn.width: whole number, log-uniform from 16 to 64 by 16 (4 values)\n"
      "  training.checkpoint: text, always best";
  SweepReading reading = ReadText(SmallSweep("search:\n" + parameters));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(DescribeSearchSpace(reading.spec), "grid search, 864 trials" + described);
  reading.spec.mutable_search()->set_max_trials(5);
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "grid search, 5 trials of 864 combinations" + described);
  reading.spec.mutable_search()->mutable_method()->mutable_random();
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "random search, 5 trials of 864 combinations" + described);
}

TEST(SearchSummary, CountsTrialsByHand) {
  v1::SweepSpec spec = ReadText(SmallSweep("search: {parameters: {training.epochs: {values: [1, 2, "
                                           "3]}}, enqueue: [{training.epochs: 2}]}\n"))
                           .spec;
  EXPECT_EQ(TrialCount(spec), 4u);
  EXPECT_EQ(DescribeSearchSpace(spec),
            "grid search, 4 trials, the first 1 by hand\n"
            "  training.epochs: whole number, one of 1, 2, 3");
  spec.mutable_search()->mutable_method()->mutable_sobol();
  spec.mutable_search()->set_max_trials(8);
  EXPECT_EQ(DescribeSearchSpace(spec),
            "sobol search, 3 trials of 3 combinations, the first 1 by hand\n"
            "  training.epochs: whole number, one of 1, 2, 3");
}

TEST(SearchSummary, DescribesNormalDistributions) {
  v1::SweepSpec spec = ReadText(SmallSweep()).spec;
  spec.mutable_search()->mutable_method()->mutable_random();
  v1::ParameterSpec* parameter = spec.mutable_search()->add_parameters();
  parameter->set_key("model.se_cnn.dropout");
  v1::NormalSpec* normal = parameter->mutable_normal();
  normal->set_mean(0.2);
  normal->set_stddev(0.1);
  EXPECT_EQ(SummarizeParameters(spec)[0].distribution, "normal about 0.2 with deviation 0.1");
  normal->set_max(0.9);
  EXPECT_EQ(SummarizeParameters(spec)[0].distribution,
            "normal about 0.2 with deviation 0.1, up to 0.9");
  normal->set_min(0);
  EXPECT_EQ(SummarizeParameters(spec)[0].distribution,
            "normal about 0.2 with deviation 0.1, from 0 to 0.9");
}

TEST(SearchSummary, DescribesSectionsAndLists) {
  const SweepReading reading = ReadText(
      SmallSweep("search:\n  parameters:\n"
                 "    training.optimizer: {values: [{rmsprop: {lr: 1e-3}}, adam: {}, sgd]}\n"
                 "    model.se_cnn.dense: {values: [[64], [128, 64]]}\n"));
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "grid search, 6 trials\n"
            "  training.optimizer: section, one of {rmsprop: {lr: 1e-3}}, {adam: {}}, sgd\n"
            "  model.se_cnn.dense: list, one of [64], [128, 64]");
}

TEST(SearchSummary, DescribesConditionsLinksAndConstraints) {
  const SweepReading reading = ReadText(
      SmallSweep("search:\n  parameters:\n"
                 "    training.optimizer: {values: [sgd, {adam: {beta1: 0.8}}, adam]}\n"
                 "    training.optimizer.adam.lr: {values: [0.1, 0.2]}\n"
                 "    training.epochs: {values: [1, 2], also: [training.seed], when: "
                 "{training.optimizer: [sgd, adam]}}\n"
                 "  constraints: [training.epochs * training.optimizer.adam.lr < 0.35]\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "grid search, 8 trials, without 2 that break a constraint\n"
            "  training.optimizer: section, one of sgd, {adam: {beta1: 0.8}}, adam\n"
            "  training.optimizer.adam.lr: real, one of 0.1, 0.2, only where training.optimizer is "
            "adam\n"
            "  training.epochs: whole number, one of 1, 2, also of training.seed, only where "
            "training.optimizer is sgd or adam\n"
            "  keeping training.epochs * training.optimizer.adam.lr < 0.35");
}

TEST(SearchSummary, CountsNoTrialTwice) {
  v1::SweepSpec spec = ReadText(SmallSweep("search: {method: random, max_trials: 9, parameters: "
                                           "{training.epochs: {values: [1, 2, 3]}}}\n"))
                           .spec;
  EXPECT_EQ(TrialCount(spec), 3u);
  for (int i = 0; i < 5; ++i) spec.mutable_search()->add_enqueue();
  EXPECT_EQ(TrialCount(spec), 5u);
  spec.mutable_search()->clear_parameters();
  EXPECT_EQ(TrialCount(spec), 1u);
}

TEST(SearchSummary, NamesGp) {
  const SweepReading reading =
      ReadText(SmallSweep("search:\n  method: gp\n  max_trials: 20\n  parameters:\n"
                          "    training.epochs: {int_uniform: {min: 2, max: 9}}\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_THAT(DescribeSearchSpace(reading.spec),
              testing::StartsWith("gp search, 8 trials of 8 combinations\n"));
}

TEST(SearchSummary, NamesTpe) {
  const SweepReading reading =
      ReadText(SmallSweep("search:\n  method: tpe\n  max_trials: 20\n  parameters:\n"
                          "    training.epochs: {int_uniform: {min: 2, max: 9}}\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(TrialCount(reading.spec), 8u);
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "tpe search, 8 trials of 8 combinations\n"
            "  training.epochs: whole number, uniform from 2 to 9 (8 values)");
}

}  // namespace
}  // namespace pleat
