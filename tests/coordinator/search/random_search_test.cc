#include "coordinator/search/random_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

using testing::HasSubstr;

constexpr uint32_t kTrials = 2'000;

v1::SearchSpec RandomSpec(uint64_t seed = 1) {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_random();
  spec.set_seed(seed);
  spec.set_max_trials(kTrials);
  return spec;
}

std::string ValueOf(const SearchMethod& method, uint32_t trial, int parameter = 0) {
  return method.Suggest(trial, {}).parameters[parameter].value();
}

double RealOf(const SearchMethod& method, uint32_t trial, int parameter = 0) {
  const std::string text = ValueOf(method, trial, parameter);
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  return value;
}

// Significant digits of a number's text.
int DigitsOf(const std::string& text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('e'))) {
    if (std::isdigit(static_cast<unsigned char>(c)) && (c != '0' || !digits.empty())) digits += c;
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return static_cast<int>(digits.size());
}

TEST(RandomSearch, DrawsUniformRealsOverTheWholeRange) {
  v1::SearchSpec spec = RandomSpec();
  AddUniform(spec, "a", -2, 6);
  const auto method = MakeRandomSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  ASSERT_EQ((*method)->size(), kTrials);
  double sum = 0, low = 0, high = 0;
  for (uint32_t trial = 0; trial < kTrials; ++trial) {
    const double value = RealOf(**method, trial);
    ASSERT_GE(value, -2);
    ASSERT_LE(value, 6);
    ASSERT_LE(DigitsOf(ValueOf(**method, trial)), 6) << ValueOf(**method, trial);
    sum += value;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_NEAR(sum / kTrials, 2, 0.25);  // 5 standard errors
  EXPECT_LT(low, -1.9);
  EXPECT_GT(high, 5.9);
}

TEST(RandomSearch, DrawsLogUniformRealsAlikeInEveryDecade) {
  v1::SearchSpec spec = RandomSpec();
  AddLogUniform(spec, "a", 1e-5, 1e-1);
  const auto method = MakeRandomSearch(spec);
  std::map<int, int> decades;
  for (uint32_t trial = 0; trial < kTrials; ++trial) {
    const double value = RealOf(**method, trial);
    ASSERT_GE(value, 1e-5);
    ASSERT_LE(value, 1e-1);
    ++decades[static_cast<int>(std::floor(std::log10(value)))];
  }
  ASSERT_EQ(decades.size(), 4u);
  for (const auto& [decade, count] : decades) EXPECT_NEAR(count, kTrials / 4, 100) << decade;
}

TEST(RandomSearch, StaysInRangeThoughRoundedToSixDigits) {
  // Both bounds need more than six digits, and nearly every draw rounds to a number outside them.
  v1::SearchSpec spec = RandomSpec();
  AddUniform(spec, "a", 0.12345678, 0.12345698);
  AddLogUniform(spec, "b", 1.00000049, 1.00000051);
  AddUniform(spec, "c", 0.3, 0.3);
  const auto method = MakeRandomSearch(spec);
  for (uint32_t trial = 0; trial < 200; ++trial) {
    EXPECT_GE(RealOf(**method, trial, 0), 0.12345678);
    EXPECT_LE(RealOf(**method, trial, 0), 0.12345698);
    EXPECT_GE(RealOf(**method, trial, 1), 1.00000049);
    EXPECT_LE(RealOf(**method, trial, 1), 1.00000051);
    EXPECT_EQ(RealOf(**method, trial, 2), 0.3);
  }
}

TEST(RandomSearch, DrawsEveryWholeNumberAndBothEnds) {
  v1::SearchSpec spec = RandomSpec();
  AddIntUniform(spec, "a", -2, 2);
  AddUniform(spec, "b", 0, 1);
  const auto method = MakeRandomSearch(spec);
  std::map<std::string, int> counts;
  for (uint32_t trial = 0; trial < kTrials; ++trial) ++counts[ValueOf(**method, trial)];
  ASSERT_EQ(counts.size(), 5u);
  for (const char* value : {"-2", "-1", "0", "1", "2"}) EXPECT_NEAR(counts[value], 400, 100);
}

TEST(RandomSearch, DrawsFromTheWidestRangeOfWholeNumbers) {
  v1::SearchSpec spec = RandomSpec();
  AddIntUniform(spec, "a", std::numeric_limits<int64_t>::min(),
                std::numeric_limits<int64_t>::max());
  const auto method = MakeRandomSearch(spec);
  int negative = 0;
  for (uint32_t trial = 0; trial < 200; ++trial) negative += ValueOf(**method, trial)[0] == '-';
  EXPECT_NEAR(negative, 100, 40);
}

TEST(RandomSearch, DrawsEveryValueOfAList) {
  v1::SearchSpec spec = RandomSpec();
  AddValues(spec, "a", {"fp32", "bf16", "auto"});
  AddUniform(spec, "b", 0, 1);
  const auto method = MakeRandomSearch(spec);
  std::set<std::string> seen;
  for (uint32_t trial = 0; trial < 100; ++trial) seen.insert(ValueOf(**method, trial));
  EXPECT_EQ(seen, (std::set<std::string>{"fp32", "bf16", "auto"}));
}

TEST(RandomSearch, IsAFunctionOfSeedAndTrialAlone) {
  v1::SearchSpec spec = RandomSpec();
  AddUniform(spec, "a", 0, 1);
  AddUniform(spec, "b", 0, 1);
  const auto forwards = MakeRandomSearch(spec);
  // Another object, asked the other way round, with another limit.
  spec.set_max_trials(5 * kTrials);
  const auto backwards = MakeRandomSearch(spec);
  spec.set_seed(2);
  const auto other_seed = MakeRandomSearch(spec);
  std::map<uint32_t, std::string> values;
  for (uint32_t trial = 100; trial-- > 0;) values[trial] = ValueOf(**backwards, trial, 1);
  std::set<std::string> distinct;
  for (uint32_t trial = 0; trial < 100; ++trial) {
    EXPECT_EQ(ValueOf(**forwards, trial, 1), values[trial]);
    EXPECT_NE(ValueOf(**other_seed, trial, 1), values[trial]);
    EXPECT_NE(ValueOf(**forwards, trial, 0), values[trial]);
    distinct.insert(values[trial]);
  }
  EXPECT_EQ(distinct.size(), 100u);
}

// The same spec gives the same trials in every version of the program.
TEST(RandomSearch, KeepsItsTrials) {
  v1::SearchSpec spec = RandomSpec(7);
  AddUniform(spec, "a", -0.3, 0.5);
  AddLogUniform(spec, "b", 1e-5, 1e-1);
  AddIntUniform(spec, "c", -3, 1000);
  AddIntUniform(spec, "d", std::numeric_limits<int64_t>::min(),
                std::numeric_limits<int64_t>::max());
  AddValues(spec, "e", {"x", "y", "z"});
  const auto method = MakeRandomSearch(spec);
  std::vector<std::string> trials;
  for (uint32_t trial = 0; trial < 4; ++trial) {
    std::string& text = trials.emplace_back();
    for (const auto& value : (*method)->Suggest(trial, {}).parameters) {
      absl::StrAppend(&text, text.empty() ? "" : " ", value.value());
    }
  }
  EXPECT_THAT(trials, testing::ElementsAre("-0.2517 0.0253544 209 3775309535686579703 y",
                                           "0.166602 2.39095e-05 367 6776484048498108718 z",
                                           "0.409861 6.32698e-05 872 -2724970689131569939 x",
                                           "0.231157 0.00245445 332 991000650221038270 x"));
}

// All points as "value value …".
std::vector<std::string> PointsOf(const SearchMethod& method) {
  std::vector<std::string> points;
  for (uint32_t trial = 0; trial < method.size(); ++trial) {
    std::string& text = points.emplace_back();
    for (const auto& value : method.Suggest(trial, {}).parameters) {
      absl::StrAppend(&text, text.empty() ? "" : " ", value.value());
    }
  }
  return points;
}

TEST(RandomSearch, TriesNothingTwiceAndEndsWithTheSpace) {
  v1::SearchSpec spec = RandomSpec();
  AddValues(spec, "a", {"x", "y", "z"});
  AddIntUniform(spec, "b", 1, 4);
  const std::vector<std::string> all = PointsOf(**MakeRandomSearch(spec));
  EXPECT_EQ(all.size(), 12u);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 12u);
  spec.set_max_trials(5);
  EXPECT_EQ(PointsOf(**MakeRandomSearch(spec)),
            std::vector<std::string>(all.begin(), all.begin() + 5));
  spec.clear_parameters();
  EXPECT_EQ((*MakeRandomSearch(spec))->size(), 1u);
}

TEST(RandomSearch, TakesFromTheGridWhatDrawsDoNotFind) {
  v1::SearchSpec spec = RandomSpec();
  // Of the pairs of the last values about one draw in a million is one.
  for (const char* path : {"a", "b"}) {
    v1::LogRangeSpec& range = *AddParameter(spec, path).mutable_log_uniform();
    range.set_min(1e-300);
    range.set_max(1);
    range.set_step(0.25);
  }
  const auto method = MakeRandomSearch(spec);
  const std::vector<std::string> points = PointsOf(**method);
  EXPECT_EQ(points.size(), 25u);
  EXPECT_EQ(std::set<std::string>(points.begin(), points.end()).size(), 25u);
  EXPECT_THAT((*method)->Suggest(24, {}).reason, HasSubstr("left of the space's grid"));
}

TEST(RandomSearch, LeavesOutWhatIsNoPartOfATrial) {
  v1::SearchSpec spec = RandomSpec();
  spec.set_max_trials(40);
  AddUniform(spec, "c", 0, 1);
  AddValues(spec, "a", {"x", "y"});
  v1::ConditionSpec& condition = *spec.mutable_parameters(0)->add_when();
  condition.set_key("a");
  condition.add_value("y");
  const auto method = MakeRandomSearch(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  ASSERT_EQ((*method)->size(), 40u);
  int without = 0;
  for (uint32_t trial = 0; trial < 40; ++trial) {
    const Suggestion suggestion = (*method)->Suggest(trial, {});
    ASSERT_FALSE(suggestion.parameters.empty());
    EXPECT_EQ(suggestion.parameters[0].path(), "a");
    const bool has_part = suggestion.parameters[0].value() == "y";
    EXPECT_EQ(suggestion.parameters.size(), has_part ? 2u : 1u);
    without += has_part ? 0 : 1;
  }
  EXPECT_EQ(without, 1);  // there is only one such trial
}

TEST(RandomSearch, NeedsANumberOfTrialsForItsParameters) {
  v1::SearchSpec spec = RandomSpec();
  spec.set_max_trials(0);
  EXPECT_EQ((*MakeRandomSearch(spec))->size(), 1u);
  AddUniform(spec, "a", 0, 1);
  EXPECT_THAT(std::string(MakeRandomSearch(spec).status().message()),
              HasSubstr("search.max_trials"));
}

TEST(RandomSearch, RefusesARangeWithNothingToDraw) {
  v1::SearchSpec backwards = RandomSpec();
  AddUniform(backwards, "a", 2, 1);
  EXPECT_EQ(MakeRandomSearch(backwards).status().code(), absl::StatusCode::kInvalidArgument);
  v1::SearchSpec from_zero = RandomSpec();
  AddLogUniform(from_zero, "a", 0, 1);
  EXPECT_EQ(MakeRandomSearch(from_zero).status().code(), absl::StatusCode::kInvalidArgument);
  v1::SearchSpec empty = RandomSpec();
  AddParameter(empty, "a").mutable_values();
  EXPECT_EQ(MakeRandomSearch(empty).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
