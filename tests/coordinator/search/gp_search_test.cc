#include "coordinator/search/gp_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

v1::SearchSpec GpSpec() {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_gp()->set_startup_trials(6);
  spec.set_max_trials(30);
  AddLogUniform(spec, "lr", 1e-4, 1e-1);
  AddValues(spec, "width", {"16", "32", "64"});
  return spec;
}

// Best at lr 1e-2 and width 32.
double GpLossOf(const std::vector<v1::ParameterValue>& point) {
  double lr = 0;
  EXPECT_TRUE(absl::SimpleAtod(point[0].value(), &lr)) << point[0].value();
  return std::pow(std::log10(lr) + 2, 2) + (point[1].value() == "32" ? 0 : 1);
}

// The first trials, each scored before the next.
std::vector<PastTrial> PlayedByGp(const SearchMethod& method, uint32_t count) {
  std::vector<PastTrial> past;
  for (uint32_t trial = 0; trial < count; ++trial) {
    const Suggestion suggestion = method.Suggest(trial, past);
    past.push_back({.parameters = suggestion.parameters,
                    .outcome = PastTrial::Outcome::kScored,
                    .loss = GpLossOf(suggestion.parameters)});
  }
  return past;
}

TEST(GpSearch, ComesToWhatIsGood) {
  const auto method = MakeGpSearch(GpSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_FALSE((*method)->LearnsFor(5));
  EXPECT_TRUE((*method)->LearnsFor(6));
  double best = 10;
  for (const PastTrial& trial : PlayedByGp(**method, 20)) best = std::min(best, trial.loss);
  EXPECT_LT(best, 1e-3);
}

TEST(GpSearch, SaysWhatASuggestionFollowsFrom) {
  const auto method = MakeGpSearch(GpSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->Suggest(0, {}).reason,
            "gp search: suggestion 1 of 30, spread evenly, before it learns; seed 0");
  std::vector<PastTrial> past = PlayedByGp(**method, 12);
  past[3].outcome = PastTrial::Outcome::kFailed;
  past[11].outcome = PastTrial::Outcome::kRunning;
  const std::string reason = (*method)->Suggest(12, past).reason;
  EXPECT_THAT(reason, StartsWith("gp search: suggestion 13 of 30, the highest expected "
                                 "improvement, "));
  EXPECT_THAT(reason, HasSubstr("): predicted loss "));
  EXPECT_THAT(reason, HasSubstr(" +- "));
  EXPECT_THAT(reason, HasSubstr("by a Gaussian process of 12 trials (1 without a score, 1 still to "
                                "count); seed 0"));
}

TEST(GpSearch, BeginsWithWhatEarlierSweepsFoundGood) {
  const auto first = MakeGpSearch(GpSpec());
  ASSERT_TRUE(first.ok()) << first.status();
  const auto warm = MakeGpSearch(GpSpec(), {}, PlayedByGp(**first, 10));
  ASSERT_TRUE(warm.ok()) << warm.status();
  EXPECT_TRUE((*warm)->LearnsFor(0));
  EXPECT_THAT((*warm)->Suggest(0, {}).reason, HasSubstr("with 10 of earlier sweeps"));
  const auto best = [](const std::vector<PastTrial>& trials) {
    return std::ranges::min(trials, {}, &PastTrial::loss).loss;
  };
  EXPECT_LT(best(PlayedByGp(**warm, 4)), 0.5 * best(PlayedByGp(**first, 6)));
}

TEST(GpSearch, TriesEveryPointOfASmallSpaceOnce) {
  v1::SearchSpec spec = GpSpec();
  spec.clear_parameters();
  AddIntUniform(spec, "lr", 1, 5);
  AddValues(spec, "width", {"16", "32"});
  const auto method = MakeGpSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->size(), 10u);
  std::set<std::pair<std::string, std::string>> points;
  for (const PastTrial& trial : PlayedByGp(**method, 10)) {
    points.insert({trial.parameters[0].value(), trial.parameters[1].value()});
  }
  EXPECT_EQ(points.size(), 10u);
}

TEST(GpSearch, RepeatsNoPointOnceItHasComeToTheBest) {
  v1::SearchSpec spec = GpSpec();
  spec.clear_parameters();
  AddUniform(spec, "lr", 0.0099, 0.0101);
  AddValues(spec, "width", {"32"});
  const auto method = MakeGpSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  std::set<std::string> values;
  for (const PastTrial& trial : PlayedByGp(**method, 30)) {
    values.insert(trial.parameters[0].value());
  }
  EXPECT_EQ(values.size(), 30u);
}

TEST(GpSearch, TakesLossesThatAreNoNumbersForFailures) {
  const auto method = MakeGpSearch(GpSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  std::vector<PastTrial> past = PlayedByGp(**method, 12);
  std::vector<PastTrial> failed = past;
  past[7].loss = std::numeric_limits<double>::quiet_NaN();
  past[7].error = std::numeric_limits<double>::infinity();
  failed[7].outcome = PastTrial::Outcome::kFailed;
  EXPECT_EQ((*method)->Suggest(12, past).reason, (*method)->Suggest(12, failed).reason);
}

TEST(GpSearch, NeedsANumberOfTrials) {
  v1::SearchSpec spec = GpSpec();
  spec.set_max_trials(0);
  EXPECT_THAT(std::string(MakeGpSearch(spec).status().message()),
              HasSubstr("search.max_trials: gp search needs a number of trials"));
  spec.clear_parameters();
  EXPECT_EQ((*MakeGpSearch(spec))->size(), 1u);
}

}  // namespace
}  // namespace pleat
