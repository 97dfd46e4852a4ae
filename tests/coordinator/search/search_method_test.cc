// What all methods do with conditions, links and constraints.
#include "coordinator/search/search_method.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/search_summary.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::SweepSpec Read(const std::string& search) {
  const SweepReading reading = ReadText(SmallSweep("search:\n" + search));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  return reading.spec;
}

std::string TextOf(const std::vector<v1::ParameterValue>& point) {
  std::string text;
  for (const v1::ParameterValue& value : point) {
    const size_t dot = value.path().rfind('.');
    absl::StrAppend(&text, text.empty() ? "" : " ", value.path().substr(dot + 1), "=",
                    value.value());
  }
  return text;
}

// All trials, each scored before the next; the loss is the length of its text.
std::vector<PastTrial> Played(const v1::SweepSpec& spec) {
  const auto method = MakeSearchMethod(spec);
  EXPECT_TRUE(method.ok()) << method.status();
  std::vector<PastTrial> past;
  for (uint32_t trial = 0; method.ok() && trial < (*method)->size(); ++trial) {
    const Suggestion suggestion =
        (*method)->Suggest(trial, (*method)->LearnsFor(trial) ? past : std::vector<PastTrial>());
    past.push_back({.parameters = suggestion.parameters,
                    .outcome = PastTrial::Outcome::kScored,
                    .loss = static_cast<double>(TextOf(suggestion.parameters).size())});
  }
  return past;
}

std::vector<std::string> Trials(const v1::SweepSpec& spec) {
  std::vector<std::string> trials;
  for (const PastTrial& trial : Played(spec)) trials.push_back(TextOf(trial.parameters));
  return trials;
}

constexpr char kConditional[] =
    "  max_trials: 40\n"
    "  parameters:\n"
    "    training.optimizer: {values: [sgd, adam]}\n"
    "    training.optimizer.sgd.nesterov: {values: [true, false]}\n"
    "    training.optimizer.sgd.momentum: {values: [0.5, 0.9], when: "
    "{training.optimizer.sgd.nesterov: true}}\n"
    "    training.epochs: {int_uniform: {min: 1, max: 2}, also: [training.seed]}\n";

TEST(SearchMethod, EnumeratesDistinctTrialsOfAConditionalGrid) {
  EXPECT_THAT(Trials(Read(kConditional)),
              ElementsAre("optimizer=sgd nesterov=true momentum=0.5 epochs=1 seed=1",
                          "optimizer=sgd nesterov=true momentum=0.5 epochs=2 seed=2",
                          "optimizer=sgd nesterov=true momentum=0.9 epochs=1 seed=1",
                          "optimizer=sgd nesterov=true momentum=0.9 epochs=2 seed=2",
                          "optimizer=sgd nesterov=false epochs=1 seed=1",
                          "optimizer=sgd nesterov=false epochs=2 seed=2",
                          "optimizer=adam epochs=1 seed=1", "optimizer=adam epochs=2 seed=2"));
}

TEST(SearchMethod, TriesEachTrialOfACountableSpaceOnceByEveryMethod) {
  const std::vector<std::string> grid = Trials(Read(kConditional));
  const std::set<std::string> all(grid.begin(), grid.end());
  for (const char* method :
       {"random", "sobol", "{tpe: {startup_trials: 4}}", "{gp: {startup_trials: 4}}"}) {
    const v1::SweepSpec spec = Read(absl::StrCat("  method: ", method, "\n", kConditional));
    const std::vector<std::string> trials = Trials(spec);
    EXPECT_EQ(trials.size(), 8u) << method;
    EXPECT_EQ(TrialCount(spec), 8u) << method;
    EXPECT_EQ(std::set<std::string>(trials.begin(), trials.end()), all) << method;
    EXPECT_EQ(Trials(spec), trials) << method;
  }
}

TEST(SearchMethod, KeepsConstraintsByEveryMethod) {
  const std::string search =
      "  max_trials: 30\n"
      "  parameters:\n"
      "    model.se_cnn.dropout: {uniform: {min: 0, max: 0.5}}\n"
      "    training.epochs: {int_uniform: {min: 1, max: 9}}\n"
      "  constraints: [model.se_cnn.dropout * training.epochs < 0.5]\n";
  for (const char* method :
       {"random", "sobol", "{tpe: {startup_trials: 8}}", "{gp: {startup_trials: 8}}"}) {
    const std::vector<PastTrial> trials =
        Played(Read(absl::StrCat("  method: ", method, "\n", search)));
    EXPECT_EQ(trials.size(), 30u) << method;
    for (const PastTrial& trial : trials) {
      double dropout = 0, epochs = 0;
      ASSERT_TRUE(absl::SimpleAtod(trial.parameters[0].value(), &dropout));
      ASSERT_TRUE(absl::SimpleAtod(trial.parameters[1].value(), &epochs));
      EXPECT_LT(dropout * epochs, 0.5) << method;
    }
  }
}

TEST(SearchMethod, SaysWhichDrawsWereLeftOut) {
  const auto method =
      MakeSearchMethod(Read("  method: random\n  max_trials: 30\n  parameters:\n"
                            "    model.se_cnn.dropout: {uniform: {min: 0, max: 0.5}}\n"
                            "  constraints: [model.se_cnn.dropout < 0.1]\n"));
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_THAT((*method)->Suggest(29, {}).reason,
              testing::MatchesRegex("random search: draw 30 of 30, seed 0, number [0-9]+ in a row "
                                    "without those that repeat a trial or break a constraint"));
}

TEST(SearchMethod, RefusesSpacesThatSeemEmpty) {
  const auto method =
      MakeSearchMethod(Read("  method: random\n  max_trials: 30\n  parameters:\n"
                            "    model.se_cnn.dropout: {uniform: {min: 0.1, max: 0.5}}\n"
                            "  constraints: [model.se_cnn.dropout < 0.1]\n"));
  EXPECT_EQ(method.status().message(),
            "search.constraints: none of 10000 draws keeps them, so the space seems to be empty; "
            "loosen them");
}

TEST(SearchMethod, CompletesTrialsByHandSoThatTheyFit) {
  const std::string search =
      absl::StrCat(kConditional,
                   "  constraints: [training.epochs * training.optimizer.sgd.momentum != 1.8]\n"
                   "  enqueue:\n"
                   "    - {training.optimizer: sgd, training.optimizer.sgd.nesterov: true, "
                   "training.optimizer.sgd.momentum: 0.9}\n"
                   "    - {training.optimizer: adam, training.epochs: 2}\n");
  for (const char* method :
       {"grid", "random", "sobol", "{tpe: {startup_trials: 4}}", "{gp: {startup_trials: 4}}"}) {
    const v1::SweepSpec spec = Read(absl::StrCat("  method: ", method, "\n", search));
    const std::vector<std::string> trials = Trials(spec);
    EXPECT_EQ(trials[0], "optimizer=sgd nesterov=true momentum=0.9 epochs=1 seed=1") << method;
    EXPECT_EQ(trials[1], "optimizer=adam epochs=2 seed=2") << method;
    EXPECT_THAT((*MakeSearchMethod(spec))->Suggest(0, {}).reason,
                HasSubstr("given by hand: search.enqueue[0]; what it does not name, by "));
    EXPECT_EQ((*MakeSearchMethod(spec))->Suggest(1, {}).reason, "given by hand: search.enqueue[1]");
    EXPECT_EQ(trials.size(), TrialCount(spec)) << method;
  }
}

TEST(SearchMethod, RefusesTrialsByHandThatNothingCompletes) {
  const auto method =
      MakeSearchMethod(Read("  method: random\n  max_trials: 30\n  parameters:\n"
                            "    model.se_cnn.dropout: {uniform: {min: 0.1, max: 0.5}}\n"
                            "    training.epochs: {values: [1, 9]}\n"
                            "  constraints: [model.se_cnn.dropout * training.epochs < 0.4]\n"
                            "  enqueue: [{training.epochs: 9}]\n"));
  EXPECT_EQ(method.status().message(),
            "search.enqueue[0]: with what it names, none of 10000 draws keeps search.constraints; "
            "change it, or loosen them");
}

TEST(SearchMethod, LearnsOfAConditionalParameterWhereItIsPart) {
  const v1::SweepSpec spec = Read(
      "  method: {tpe: {startup_trials: 8}}\n  max_trials: 60\n  parameters:\n"
      "    training.optimizer: {values: [sgd, adam]}\n"
      "    training.optimizer.sgd.momentum: {uniform: {min: 0, max: 0.99}}\n"
      "    training.optimizer.adam.beta1: {uniform: {min: 0, max: 0.99}}\n");
  const auto method = MakeSearchMethod(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  std::vector<PastTrial> past;
  int good = 0;
  for (uint32_t trial = 0; trial < 60; ++trial) {
    const std::vector<v1::ParameterValue> point = (*method)->Suggest(trial, past).parameters;
    ASSERT_EQ(point.size(), 2u);
    const bool is_adam = point[0].value() == "adam";
    EXPECT_EQ(absl::EndsWith(point[1].path(), "beta1"), is_adam);
    double value = 0;
    ASSERT_TRUE(absl::SimpleAtod(point[1].value(), &value));
    // Best with adam and a beta1 of 0.8.
    const double loss = is_adam ? std::abs(value - 0.8) : 1;
    if (trial >= 40 && loss < 0.1) ++good;
    past.push_back({.parameters = point, .outcome = PastTrial::Outcome::kScored, .loss = loss});
  }
  EXPECT_GE(good, 12);
}

}  // namespace
}  // namespace pleat
