#include "client/optuna_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using nlohmann::json;
using testing::ElementsAre;

// A sweep of four trials in all states; the first was given by hand.
v1::GetResponse FinishedSearch() {
  v1::GetResponse sweep;
  const SweepReading reading = ReadText(SmallSweep(R"(
cross_validation: {k_fold: {folds: 2}}
search:
  method: random
  max_trials: 4
  metric: {name: val_accuracy}
  parameters:
    training.optimizer.adam_w.lr: {log_uniform: {min: 0.001, max: 0.1}}
    training.epochs: {int_uniform: {min: 2, max: 9, step: 3}}
    training.loss: {values: [cross_entropy, {focal: {gamma: 1}}]}
)"));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  *sweep.mutable_spec() = reading.spec;
  sweep.mutable_summary()->set_name("small");
  sweep.mutable_summary()->set_submitted_unix_ms(1'700'000'000'250);
  for (const char* lr : {"0.5", "0.01", "0.002", "0.003"}) {
    v1::TrialStatus& trial = *sweep.add_trials();
    for (const auto& [path, value] :
         {std::pair("training.optimizer.adam_w.lr", lr), std::pair("training.epochs", "5"),
          std::pair("training.loss", "{focal: {gamma: 1}}")}) {
      v1::ParameterValue& parameter = *trial.add_parameters();
      parameter.set_path(path);
      parameter.set_value(value);
    }
  }
  v1::FoldStatus& fold = *sweep.mutable_trials(0)->add_folds();
  fold.mutable_result()->mutable_metrics()->set_val_accuracy(0.75);
  v1::TrialFinished& finished = *sweep.mutable_trials(0)->mutable_finished();
  finished.set_mean(0.75);
  finished.add_folds(0);
  sweep.mutable_trials(1)->mutable_finished();
  sweep.mutable_trials(2)->mutable_cancelled();
  return sweep;
}

std::vector<json> Lines() {
  std::vector<json> lines;
  for (const auto line : absl::StrSplit(OptunaJournal(FinishedSearch()), '\n', absl::SkipEmpty())) {
    lines.push_back(json::parse(line));
  }
  return lines;
}

TEST(OptunaJournal, BeginsWithTheStudy) {
  const std::vector<json> lines = Lines();
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[0]["study_name"], "small");
  EXPECT_EQ(lines[0]["directions"], json({2})) << "higher is better";
  EXPECT_EQ(lines[1]["user_attr"]["metric"], "val_accuracy");
}

TEST(OptunaJournal, HasTheStateOfEachTrial) {
  const std::vector<json> lines = Lines();
  EXPECT_THAT((std::vector<int>{lines[2]["state"], lines[3]["state"], lines[4]["state"],
                                lines[5]["state"]}),
              ElementsAre(1, 3, 2, 0));
  EXPECT_EQ(lines[2]["value"], 0.75);
  EXPECT_EQ(lines[2]["intermediate_values"]["0"], 0.75);
  EXPECT_TRUE(lines[3]["value"].is_null());
  EXPECT_EQ(lines[2]["datetime_start"], "2023-11-14T22:13:20.250000+00:00");
  EXPECT_FALSE(lines[5].contains("datetime_complete")) << "it runs";
}

TEST(OptunaJournal, HasNoStepsWhereATrialByHandLiesBetween) {
  v1::GetResponse sweep = FinishedSearch();
  sweep.mutable_trials(0)->mutable_parameters(1)->set_value("6");
  const std::vector<std::string> lines = absl::StrSplit(OptunaJournal(sweep), '\n');
  const json trial = json::parse(lines[2]);
  const json epochs =
      json::parse(trial["distributions"]["training.epochs"].get<std::string>())["attributes"];
  EXPECT_EQ(epochs["step"], 1);
  EXPECT_EQ(epochs["high"], 9);
  EXPECT_EQ(trial["params"]["training.epochs"], 6);
}

TEST(OptunaJournal, HoldsTheSpaceAndTheValues) {
  const json trial = Lines()[2];
  const auto distribution = [&](const char* path) {
    return json::parse(trial["distributions"][path].get<std::string>());
  };
  const json lr = distribution("training.optimizer.adam_w.lr");
  EXPECT_EQ(lr["name"], "FloatDistribution");
  EXPECT_EQ(lr["attributes"]["low"], 0.001);
  EXPECT_EQ(lr["attributes"]["high"], 0.5) << "wide enough for the trial by hand";
  EXPECT_EQ(lr["attributes"]["log"], true);
  EXPECT_TRUE(lr["attributes"]["step"].is_null());
  const json epochs = distribution("training.epochs");
  EXPECT_EQ(epochs["name"], "IntDistribution");
  EXPECT_EQ(epochs["attributes"]["high"], 8) << "2, 5, 8";
  EXPECT_EQ(epochs["attributes"]["step"], 3);
  EXPECT_EQ(distribution("training.loss")["attributes"]["choices"],
            json({"cross_entropy", "{focal: {gamma: 1}}"}));
  EXPECT_EQ(trial["params"]["training.optimizer.adam_w.lr"], 0.5);
  EXPECT_EQ(trial["params"]["training.epochs"], 5);
  EXPECT_EQ(trial["params"]["training.loss"], 1) << "the place of the choice";
}

}  // namespace
}  // namespace pleat
