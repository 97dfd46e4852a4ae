#include "coordinator/search/tpe_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

v1::SearchSpec TpeSpec() {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_tpe()->set_startup_trials(4);
  spec.mutable_method()->mutable_tpe()->set_candidates(24);
  spec.set_max_trials(60);
  AddLogUniform(spec, "lr", 1e-4, 1e-1);
  AddValues(spec, "width", {"16", "32", "64"});
  AddIntUniform(spec, "layers", 1, 4);
  return spec;
}

double NumberOf(const v1::ParameterValue& value) {
  double number = 0;
  EXPECT_TRUE(absl::SimpleAtod(value.value(), &number)) << value.value();
  return number;
}

using Point = std::vector<v1::ParameterValue>;

// Best at lr 1e-2 and width 32.
double LossOf(const Point& point) {
  return std::pow(std::log10(NumberOf(point[0])) + 2, 2) + (point[1].value() == "32" ? 0 : 1);
}

// The first trials, each scored before the next.
std::vector<PastTrial> Played(const SearchMethod& method, uint32_t count,
                              const std::function<double(const Point&)>& loss = LossOf) {
  std::vector<PastTrial> past;
  for (uint32_t trial = 0; trial < count; ++trial) {
    const Suggestion suggestion = method.Suggest(trial, past);
    past.push_back({.parameters = suggestion.parameters,
                    .outcome = PastTrial::Outcome::kScored,
                    .loss = loss(suggestion.parameters)});
  }
  return past;
}

TEST(TpeSearch, ComesToWhatIsGood) {
  const auto method = MakeTpeSearch(TpeSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->size(), 60u);
  EXPECT_FALSE((*method)->LearnsFor(0));
  EXPECT_TRUE((*method)->LearnsFor(59));
  const std::vector<PastTrial> past = Played(**method, 60);
  double early = 0, late = 0;
  for (int i = 0; i < 15; ++i) {
    early += past[i].loss / 15;
    late += past[45 + i].loss / 15;
  }
  EXPECT_LT(late, 0.4 * early);
}

// Thirty trials of another sweep.
std::vector<PastTrial> Earlier() {
  const auto method = MakeTpeSearch(TpeSpec());
  EXPECT_TRUE(method.ok()) << method.status();
  return Played(**method, 30);
}

TEST(TpeSearch, BeginsWithWhatEarlierSweepsFoundGood) {
  const auto cold = MakeTpeSearch(TpeSpec());
  const auto warm = MakeTpeSearch(TpeSpec(), {}, Earlier());
  ASSERT_TRUE(cold.ok() && warm.ok());
  EXPECT_TRUE((*warm)->LearnsFor(0));
  double cold_loss = 0, warm_loss = 0;
  for (const PastTrial& trial : Played(**cold, 8)) cold_loss += trial.loss;
  for (const PastTrial& trial : Played(**warm, 8)) warm_loss += trial.loss;
  EXPECT_LT(warm_loss, 0.5 * cold_loss);
}

TEST(TpeSearch, MayTryAgainWhatEarlierSweepsTried) {
  v1::SearchSpec spec = TpeSpec();
  spec.clear_parameters();
  AddValues(spec, "width", {"16", "32"});
  std::vector<PastTrial> earlier;
  for (const char* width : {"16", "32", "16", "32"}) {
    PastTrial& trial = earlier.emplace_back();
    trial.parameters.emplace_back().set_path("width");
    trial.parameters.back().set_value(width);
    trial.outcome = PastTrial::Outcome::kScored;
    trial.loss = std::string(width) == "32" ? 0 : 1;
  }
  const auto method = MakeTpeSearch(spec, {}, earlier);
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_TRUE((*method)->LearnsFor(0));
  std::set<std::string> values;
  for (const PastTrial& trial :
       Played(**method, 2, [](const Point& point) { return NumberOf(point[0]); })) {
    values.insert(trial.parameters[0].value());
  }
  EXPECT_EQ(values, (std::set<std::string>{"16", "32"}));
}

TEST(TpeSearch, ReachesEveryValueWithUniformLogarithms) {
  v1::SearchSpec spec = TpeSpec();
  spec.clear_parameters();
  v1::LogIntRangeSpec& range = *AddParameter(spec, "a").mutable_log_int_uniform();
  range.set_min(1);
  range.set_max(7);
  spec.mutable_method()->mutable_tpe()->set_candidates(2000);
  const auto method = MakeTpeSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  std::set<std::string> values;
  // Of the startup's four some may be the same; all later ones are new, until there are no more.
  for (const PastTrial& trial :
       Played(**method, 10, [](const Point& point) { return NumberOf(point[0]); })) {
    values.insert(trial.parameters[0].value());
  }
  EXPECT_EQ(values, (std::set<std::string>{"1", "2", "3", "4", "5", "6", "7"}));
}

TEST(TpeSearch, ComesToWhatIsGoodOnNormalsAndSteppedLogarithms) {
  v1::SearchSpec spec = TpeSpec();
  spec.mutable_method()->mutable_tpe()->set_startup_trials(10);
  spec.clear_parameters();
  v1::NormalSpec& normal = *AddParameter(spec, "a").mutable_normal();
  normal.set_mean(0);
  normal.set_stddev(1);
  AddLogUniform(spec, "b", 0.5, 40);
  spec.mutable_parameters(1)->mutable_log_uniform()->set_step(0.5);
  // Best at 1 and 4.
  const auto loss = [](const Point& point) {
    return std::pow(NumberOf(point[0]) - 1, 2) + std::pow(std::log2(NumberOf(point[1])) - 2, 2);
  };
  double early = 0, late = 0;
  for (int seed = 0; seed < 5; ++seed) {
    spec.set_seed(seed);
    const auto method = MakeTpeSearch(spec);
    ASSERT_TRUE(method.ok()) << method.status();
    const std::vector<PastTrial> past = Played(**method, 60, loss);
    for (int i = 0; i < 10; ++i) {
      early += past[i].loss;
      late += past[50 + i].loss;
    }
  }
  EXPECT_LT(late, 0.5 * early);
}

TEST(TpeSearch, KnowsWhatHasBeenTriedInWideRangesOfUniformLogarithms) {
  v1::SearchSpec spec = TpeSpec();
  spec.clear_parameters();
  v1::LogIntRangeSpec& range = *AddParameter(spec, "a").mutable_log_int_uniform();
  range.set_min(1);
  range.set_max(1'000'000'000);
  const auto method = MakeTpeSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  // The good ones are at 1, whose cell is 3 % of the coordinates.
  std::vector<PastTrial> past;
  for (int i = 0; i < 20; ++i) {
    PastTrial& one = past.emplace_back();
    one.parameters.resize(1);
    one.parameters[0].set_path("a");
    one.parameters[0].set_value(i < 5 ? "1" : absl::StrCat(i * 1'000'000));
    one.outcome = PastTrial::Outcome::kScored;
    one.loss = i;
  }
  for (uint32_t trial = 20; trial < 60; ++trial) {
    EXPECT_NE((*method)->Suggest(trial, past).parameters[0].value(), "1");
  }
}

TEST(TpeSearch, SaysWhatASuggestionFollowsFrom) {
  const auto method = MakeTpeSearch(TpeSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->Suggest(0, {}).reason,
            "tpe search: suggestion 1 of 60, spread evenly, before it learns; seed 0");
  EXPECT_THAT((*method)->Suggest(19, {}).reason, HasSubstr("since too few trials have a score"));
  std::vector<PastTrial> past = Played(**method, 19);
  past[3].outcome = PastTrial::Outcome::kFailed;
  past[18].outcome = PastTrial::Outcome::kRunning;
  const std::string reason = (*method)->Suggest(19, past).reason;
  EXPECT_THAT(reason, StartsWith("tpe search: suggestion 20 of 60, the best of 24 candidates: "));
  EXPECT_THAT(
      reason,
      HasSubstr(
          "(the best 3) as in the others (16, of them 1 without a score and 1 still to count)"));
}

TEST(TpeSearch, TakesLossesThatAreNoNumbersForFailures) {
  const auto method = MakeTpeSearch(TpeSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  std::vector<PastTrial> past = Played(**method, 20);
  std::vector<PastTrial> failed = past;
  past[7].loss = std::numeric_limits<double>::quiet_NaN();
  past[7].error = std::numeric_limits<double>::infinity();
  failed[7].outcome = PastTrial::Outcome::kFailed;
  EXPECT_EQ((*method)->Suggest(20, past).reason, (*method)->Suggest(20, failed).reason);
}

TEST(TpeSearch, NeedsANumberOfTrials) {
  v1::SearchSpec spec = TpeSpec();
  spec.set_max_trials(0);
  EXPECT_THAT(std::string(MakeTpeSearch(spec).status().message()), HasSubstr("search.max_trials"));
  spec.clear_parameters();
  EXPECT_EQ((*MakeTpeSearch(spec))->size(), 1u);
}

TEST(TpeSearch, RefusesAStartupThatNoMemoryHolds) {
  v1::SearchSpec spec = TpeSpec();
  spec.mutable_method()->mutable_tpe()->set_startup_trials(4'294'967'295);
  EXPECT_THAT(std::string(MakeTpeSearch(spec).status().message()), HasSubstr("at most 10000"));
}

}  // namespace
}  // namespace pleat
