#include "client/best_trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two trials of two folds; the second is better in both.
v1::GetResponse Sweep() {
  v1::GetResponse sweep;
  sweep.mutable_summary()->set_name("s");
  sweep.mutable_summary()->set_best_trial(1);
  sweep.mutable_spec()->mutable_search()->mutable_metric()->set_name("val_log_loss");
  for (uint32_t number = 0; number < 2; ++number) {
    v1::TrialStatus& trial = *sweep.add_trials();
    trial.set_trial(number);
    v1::ParameterValue& parameter = *trial.add_parameters();
    parameter.set_path("training.augmentation[0].cutout.p");
    parameter.set_value(number == 0 ? "0.5" : "0.25");
    for (uint32_t fold = 0; fold < 2; ++fold) {
      trial.add_folds()->mutable_result()->mutable_metrics()->set_val_log_loss(0.5 - 0.25 * number);
      trial.mutable_finished()->add_folds(fold);
    }
    trial.mutable_finished()->set_mean(0.5 - 0.25 * number);
    trial.mutable_finished()->set_standard_error(0.125);
  }
  return sweep;
}

TEST(BestTrial, TellsScoreParametersAndHowToGoOn) {
  v1::GetResponse sweep = Sweep();
  sweep.mutable_ended();
  sweep.mutable_ensemble();
  EXPECT_EQ(BestTrialText(FindBestTrial(sweep).value(), ""),
            R"(trial 1 is the best of the 2 trials of s
  val_log_loss 0.2500 ± 0.1250 over 2 of 2 folds
  honest 0.2500: being picked as the best of 2 makes it look 0.0000 better than it is

  parameter                          value
  training.augmentation[0].cutout.p   0.25

  pleat pull s --to s-ensemble
  pleat explain s 1
  pleat report s
  pleat export-trial s 1 --out s-best.yaml
)");
}

TEST(BestTrial, OfASweepThatRunsIsTheBestSoFar) {
  const std::string text = BestTrialText(FindBestTrial(Sweep()).value(), "");
  EXPECT_THAT(text, HasSubstr("trials of s so far\n"));
  EXPECT_THAT(text, HasSubstr("  pleat watch s\n"));
  EXPECT_THAT(text, Not(HasSubstr("pleat pull")));
}

TEST(BestTrial, OfAFolderNamesCommandsThatTakeIt) {
  const std::string text = BestTrialText(FindBestTrial(Sweep()).value(), "my runs");
  EXPECT_THAT(text, HasSubstr("\n  pleat report s --dir 'my runs'\n"));
  EXPECT_THAT(text, Not(HasSubstr("pleat explain")));
}

TEST(BestTrial, IsAnObjectForScripts) {
  const nlohmann::ordered_json json = BestTrialJson(FindBestTrial(Sweep()).value());
  EXPECT_EQ(json["trial"], 1);
  EXPECT_EQ(json["of_trials"], 2);
  EXPECT_EQ(json["score"], 0.25);
  EXPECT_EQ(json["honest_score"], 0.25);
  EXPECT_EQ(json["parameters"]["training.augmentation[0].cutout.p"], "0.25");
}

TEST(BestTrial, IsRefusedWhereThereIsNone) {
  v1::GetResponse sweep = Sweep();
  sweep.mutable_summary()->clear_best_trial();
  EXPECT_THAT(std::string(FindBestTrial(sweep).status().message()), HasSubstr("pleat watch s"));
  sweep.mutable_ended()->set_reason("every trial failed");
  EXPECT_EQ(FindBestTrial(sweep).status(),
            absl::FailedPreconditionError("no trial of s has a score: every trial failed"));
}

}  // namespace
}  // namespace pleat
