#include "client/analysis/sweep_analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// A trial of three folds about a loss, at a value of "p".
v1::TrialStatus& AddTrial(v1::GetResponse& sweep, const std::string& value, double loss) {
  v1::TrialStatus& trial = *sweep.add_trials();
  trial.set_trial(static_cast<uint32_t>(sweep.trials_size()) - 1);
  v1::ParameterValue& parameter = *trial.add_parameters();
  parameter.set_path("p");
  parameter.set_value(value);
  for (uint32_t fold = 0; fold < 3; ++fold) {
    v1::FoldStatus& status = *trial.add_folds();
    status.set_fold(fold);
    status.mutable_result()->mutable_metrics()->set_val_loss(loss + 0.25 * fold - 0.25);
    trial.mutable_finished()->add_folds(fold);
  }
  trial.mutable_finished()->set_mean(loss);
  return trial;
}

v1::GetResponse Sweep() {
  v1::GetResponse sweep;
  v1::SearchSpec& search = *sweep.mutable_spec()->mutable_search();
  search.mutable_metric()->set_name("val_loss");
  v1::ParameterSpec& parameter = *search.add_parameters();
  parameter.set_key("p");
  parameter.mutable_uniform()->set_min(0);
  parameter.mutable_uniform()->set_max(4);
  for (int i = 0; i < 5; ++i) AddTrial(sweep, absl::StrCat(i), 2 + 4 * i);
  sweep.mutable_summary()->set_best_trial(0);
  return sweep;
}

TEST(SweepAnalysis, PlacesTrialsAndWeighsParameters) {
  const SweepAnalysis analysis = AnalyzeSweep(Sweep());
  ASSERT_THAT(analysis.axes, SizeIs(1));
  EXPECT_THAT(analysis.places[3], ElementsAre(0.75));
  EXPECT_EQ(analysis.scored_trials, 5u);
  EXPECT_THAT(analysis.importance->shares, ElementsAre(1));
  EXPECT_EQ(analysis.honest->score, 2);
  EXPECT_EQ(analysis.honest->optimism, 0);
}

TEST(SweepAnalysis, LeavesOutTrialsWithoutAScore) {
  v1::GetResponse sweep = Sweep();
  sweep.mutable_trials(1)->mutable_cancelled();
  sweep.mutable_trials(2)->mutable_finished()->clear_folds();
  sweep.mutable_trials(3)->mutable_finished()->set_mean(NAN);
  const SweepAnalysis analysis = AnalyzeSweep(sweep);
  EXPECT_EQ(analysis.scored_trials, 2u);
  EXPECT_FALSE(analysis.importance.has_value());
  EXPECT_THAT(analysis.places, SizeIs(5));
  EXPECT_TRUE(analysis.honest.has_value());
}

TEST(SweepAnalysis, KnowsWhichWayIsBetter) {
  v1::GetResponse sweep = Sweep();
  sweep.mutable_spec()->mutable_search()->mutable_metric()->set_goal("maximize");
  sweep.mutable_summary()->set_best_trial(4);
  EXPECT_EQ(AnalyzeSweep(sweep).honest->score, 18);
}

TEST(SweepAnalysis, OfASweepThatHasJustBegun) {
  const SweepAnalysis analysis = AnalyzeSweep(v1::GetResponse());
  EXPECT_THAT(analysis.axes, SizeIs(0));
  EXPECT_FALSE(analysis.honest.has_value());
}

}  // namespace
}  // namespace pleat
