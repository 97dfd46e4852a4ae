#include "coordinator/search/tpe_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "absl/strings/numbers.h"
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

// Best at lr 1e-2 and width 32.
double LossOf(const Suggestion& suggestion) {
  return std::pow(std::log10(NumberOf(suggestion.parameters[0])) + 2, 2) +
         (suggestion.parameters[1].value() == "32" ? 0 : 1);
}

// The first trials, each scored before the next.
std::vector<PastTrial> Played(const SearchMethod& method, uint32_t count) {
  std::vector<PastTrial> past;
  for (uint32_t trial = 0; trial < count; ++trial) {
    const Suggestion suggestion = method.Suggest(trial, past);
    past.push_back({.parameters = suggestion.parameters,
                    .outcome = PastTrial::Outcome::kScored,
                    .loss = LossOf(suggestion)});
  }
  return past;
}

TEST(TpeSearch, ComesToWhatIsGood) {
  const auto method = MakeTpeSearch(TpeSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->size(), 60u);
  EXPECT_TRUE((*method)->learns());
  const std::vector<PastTrial> past = Played(**method, 60);
  double early = 0, late = 0;
  for (int i = 0; i < 15; ++i) {
    early += past[i].loss / 15;
    late += past[45 + i].loss / 15;
  }
  EXPECT_LT(late, 0.4 * early);
}

TEST(TpeSearch, SaysWhatASuggestionFollowsFrom) {
  const auto method = MakeTpeSearch(TpeSpec());
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_EQ((*method)->Suggest(0, {}).reason,
            "tpe search: trial 1 of 60, spread evenly, before it learns; seed 0");
  std::vector<PastTrial> past = Played(**method, 19);
  past[3].outcome = PastTrial::Outcome::kFailed;
  past[18].outcome = PastTrial::Outcome::kRunning;
  const std::string reason = (*method)->Suggest(19, past).reason;
  EXPECT_THAT(reason, StartsWith("tpe search: trial 20 of 60, the best of 24 candidates: "));
  EXPECT_THAT(reason,
              HasSubstr("(the best 3) as in the others (16, of them 1 failed and 1 running)"));
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

}  // namespace
}  // namespace pleat
