#include "common/config/search_summary.h"

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
            "  training.optimizer.adam_w.lr: log-uniform from 0.0001 to 0.01\n"
            "  model.se_cnn.dropout: uniform from 0 to 0.5\n"
            "  training.epochs: whole numbers from 2 to 9\n"
            "  model.se_cnn.width: 16, 32");
}

TEST(SearchSummary, NamesTpe) {
  const SweepReading reading =
      ReadText(SmallSweep("search:\n  method: tpe\n  max_trials: 20\n  parameters:\n"
                          "    training.epochs: {int_uniform: {min: 2, max: 9}}\n"));
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(TrialCount(reading.spec), 20u);
  EXPECT_EQ(DescribeSearchSpace(reading.spec),
            "tpe, 20 trials\n  training.epochs: whole numbers from 2 to 9");
}

}  // namespace
}  // namespace pleat
