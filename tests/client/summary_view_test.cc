#include "client/summary_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

v1::Scores MakeScores(double accuracy, double log_loss) {
  v1::Scores scores;
  scores.set_rows(100);
  scores.set_accuracy(accuracy);
  scores.set_log_loss(log_loss);
  return scores;
}

void AddTrial(v1::GetResponse& sweep, const std::string& lr, const std::vector<double>& folds) {
  v1::TrialStatus* trial = sweep.add_trials();
  trial->set_trial(static_cast<uint32_t>(sweep.trials_size()) - 1);
  v1::ParameterValue* parameter = trial->add_parameters();
  parameter->set_path("training.optimizer.adam_w.lr");
  parameter->set_value(lr);
  trial->mutable_finished()->set_mean(folds.empty() ? 0 : folds[0]);
  trial->mutable_finished()->set_standard_error(0.005);
  for (size_t fold = 0; fold < 2; ++fold) {
    v1::FoldStatus* status = trial->add_folds();
    if (fold >= folds.size()) continue;
    status->mutable_result()->mutable_metrics()->set_val_log_loss(folds[fold]);
    trial->mutable_finished()->add_folds(static_cast<uint32_t>(fold));
  }
}

// Two trials, one of which lacks both folds, and an ensemble of two members.
v1::GetResponse FinishedSweep() {
  v1::GetResponse sweep;
  sweep.set_store("/store");
  sweep.mutable_summary()->set_name("story");
  sweep.mutable_summary()->set_state(v1::SWEEP_STATE_FINISHED);
  sweep.mutable_summary()->set_best_trial(0);
  sweep.mutable_ended()->set_reason("the ensemble is complete");
  sweep.mutable_spec()->mutable_search()->mutable_metric()->set_name("val_log_loss");
  AddTrial(sweep, "0.002", {0.25, 0.375});
  AddTrial(sweep, "0.006", {});
  for (uint32_t fold = 0; fold < 2; ++fold) {
    sweep.mutable_members()->add_members()->set_fold(fold);
  }
  v1::EnsembleBuilt* built = sweep.mutable_ensemble();
  built->set_version(1);
  *built->mutable_out_of_fold() = MakeScores(0.9375, 0.25);
  *built->mutable_out_of_fold_tta() = MakeScores(0.95, 0.125);
  v1::SplitScores* test = built->add_splits();
  test->set_split("test");
  *test->mutable_ensemble() = MakeScores(0.975, 0.0625);
  *test->add_members() = MakeScores(0.9, 0.5);
  *test->add_members() = MakeScores(0.9, 0.25);
  return sweep;
}

TEST(SummaryView, TellsTrialsEnsembleAndSpeed) {
  const v1::GetResponse sweep = FinishedSweep();
  EXPECT_EQ(SummaryText({.sweep = sweep, .wall_ms = 65'000, .trained_rows = 6'500}), R"(
  trial     lr  val_log_loss  ± error  folds
      0  0.002        0.2500   0.0050    2/2  best
      1  0.006             –        –    0/2

story finished: the ensemble is complete

  ensemble                accuracy  log loss  rows
  out-of-fold               0.9375    0.2500   100
  out-of-fold, TTA          0.9500    0.1250   100
  test                      0.9750    0.0625   100
  test, best single fold    0.9000    0.2500   100

  2 members in /store/sweeps/story/ensemble/1
  1:05 min, 100 training images/s
)");
}

TEST(SummaryView, NamesTheFoldsThatADegradedEnsembleLacks) {
  v1::GetResponse sweep = FinishedSweep();
  v1::MissingFold* missing = sweep.mutable_members()->add_missing();
  missing->set_trial(3);
  missing->set_fold(1);
  missing->set_reason("the loss is not finite");
  EXPECT_THAT(OutcomeText(sweep),
              ::testing::HasSubstr("missing: trial 3 fold 1: the loss is not finite"));
}

TEST(SummaryView, JsonHasTheSameNumbers) {
  const v1::GetResponse sweep = FinishedSweep();
  const nlohmann::ordered_json json =
      SummaryJson({.sweep = sweep, .wall_ms = 65'000, .trained_rows = 6'500});
  EXPECT_EQ(json["state"], "finished");
  EXPECT_EQ(json["trials"][0]["parameters"]["training.optimizer.adam_w.lr"], "0.002");
  EXPECT_EQ(json["trials"][0]["fold_scores"], nlohmann::ordered_json({0.25, 0.375}));
  EXPECT_TRUE(json["trials"][1]["mean"].is_null());
  EXPECT_EQ(json["best_trial"], 0);
  EXPECT_EQ(json["ensemble"]["path"], "/store/sweeps/story/ensemble/1");
  EXPECT_EQ(json["ensemble"]["test"]["accuracy"], 0.975);
  EXPECT_EQ(json["ensemble"]["best_member_test"]["fold"], 1);
  EXPECT_EQ(json["images_per_second"], 100.0);
  EXPECT_TRUE(json["missing_folds"].empty());
}

TEST(SummaryView, JsonOfASweepWithoutAnEnsembleSaysSo) {
  v1::GetResponse sweep;
  sweep.mutable_summary()->set_state(v1::SWEEP_STATE_FAILED);
  const nlohmann::ordered_json json = SummaryJson({.sweep = sweep});
  EXPECT_EQ(json["state"], "failed");
  EXPECT_TRUE(json["ensemble"].is_null());
  EXPECT_TRUE(json["images_per_second"].is_null());
}

}  // namespace
}  // namespace pleat
