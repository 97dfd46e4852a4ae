#include "client/exported_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A sweep of two trials over the learning rate.
v1::GetResponse SearchedSweep() {
  v1::GetResponse sweep;
  const SweepReading reading = ReadText(SmallSweep(R"(
training: {epochs: 3, optimizer: {sgd: {momentum: 0.5}}}
search:
  metric: {name: val_accuracy}
  parameters: {training.optimizer.sgd.lr: {values: [0.1, 0.01]}}
)"));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  *sweep.mutable_spec() = reading.spec;
  sweep.mutable_summary()->set_name("small");
  for (const char* lr : {"0.1", "0.01"}) {
    v1::TrialStatus& trial = *sweep.add_trials();
    trial.set_trial(static_cast<uint32_t>(sweep.trials_size() - 1));
    v1::ParameterValue& parameter = *trial.add_parameters();
    parameter.set_path("training.optimizer.sgd.lr");
    parameter.set_value(lr);
  }
  v1::TrialFinished& finished = *sweep.mutable_trials(1)->mutable_finished();
  finished.set_mean(0.98765);
  finished.set_standard_error(0.0012);
  for (const uint32_t fold : {0, 1, 2}) finished.add_folds(fold);
  return sweep;
}

TEST(ExportedTrial, IsTheSweepWithTheTrialsSettings) {
  const v1::GetResponse sweep = SearchedSweep();
  const std::string yaml = ExportedTrialYaml(sweep, 1).value();
  EXPECT_THAT(yaml, StartsWith("# Trial 1 of sweep small as a sweep of its own: lr=0.01; "
                               "val_accuracy 0.9877 ± 0.0012 over 3 folds.\n"));
  const SweepReading reading = ReadText(yaml);
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(reading.spec.name(), "small-trial-1");
  EXPECT_EQ(reading.spec.training().optimizer().sgd().lr(), 0.01);
  EXPECT_EQ(reading.spec.training().optimizer().sgd().momentum(), 0.5);
  EXPECT_EQ(reading.spec.training().epochs(), 3u);
  EXPECT_EQ(reading.spec.search().parameters_size(), 0);
  EXPECT_EQ(reading.spec.search().metric().name(), "val_accuracy");
  EXPECT_EQ(reading.spec.data().DebugString(), sweep.spec().data().DebugString());
}

TEST(ExportedTrial, NeedNotHaveAScore) {
  EXPECT_THAT(ExportedTrialYaml(SearchedSweep(), 0).value(), HasSubstr("lr=0.1; it has no score"));
}

TEST(ExportedTrial, HasANameThatASweepMayHave) {
  v1::GetResponse sweep = SearchedSweep();
  sweep.mutable_summary()->set_name(std::string(64, 'a'));
  const SweepReading reading = ReadText(ExportedTrialYaml(sweep, 1).value());
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  EXPECT_EQ(reading.spec.name(), std::string(56, 'a') + "-trial-1");
}

TEST(ExportedTrial, SaysWhichTrialsThereAre) {
  EXPECT_THAT(std::string(ExportedTrialYaml(SearchedSweep(), 2).status().message()),
              HasSubstr("no trial 2; it has trials 0 to 1"));
  EXPECT_TRUE(absl::IsNotFound(ExportedTrialYaml(v1::GetResponse(), 0).status()));
}

}  // namespace
}  // namespace pleat
