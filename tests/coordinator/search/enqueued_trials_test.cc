#include "coordinator/search/enqueued_trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

void Enqueue(v1::SearchSpec& spec, const std::string& path, const std::string& value) {
  v1::GivenValueSpec* given = spec.add_enqueue()->add_values();
  given->set_key(path);
  given->set_value(value);
}

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeMethod(const v1::SearchSpec& search) {
  v1::SweepSpec spec;
  *spec.mutable_search() = search;
  return MakeSearchMethod(spec);
}

std::vector<std::string> PointsOf(const v1::SearchSpec& spec) {
  const auto method = MakeMethod(spec);
  EXPECT_TRUE(method.ok()) << method.status();
  std::vector<std::string> points;
  for (uint32_t trial = 0; trial < (*method)->size(); ++trial) {
    std::string& point = points.emplace_back();
    for (const v1::ParameterValue& value : (*method)->Suggest(trial, {}).parameters) {
      absl::StrAppend(&point, point.empty() ? "" : " ", value.path(), "=", value.value());
    }
  }
  return points;
}

TEST(EnqueuedTrials, StandBeforeTheWholeGrid) {
  v1::SearchSpec spec;
  AddValues(spec, "a", {"1", "2"});
  AddValues(spec, "b", {"3", "4"});
  Enqueue(spec, "b", "9");
  EXPECT_THAT(PointsOf(spec),
              testing::ElementsAre("a=1 b=9", "a=1 b=3", "a=1 b=4", "a=2 b=3", "a=2 b=4"));
  spec.set_max_trials(3);
  EXPECT_THAT(PointsOf(spec), testing::ElementsAre("a=1 b=9", "a=1 b=3", "a=1 b=4"));
}

TEST(EnqueuedTrials, AreTheFirstOfMaxTrialsInARandomSearch) {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_random();
  spec.set_max_trials(4);
  AddUniform(spec, "a", 0, 1);
  AddUniform(spec, "b", 0, 1);
  std::vector<std::string> expected = PointsOf(spec);
  Enqueue(spec, "a", "7");
  expected[0] = absl::StrCat("a=7", expected[0].substr(expected[0].find(' ')));
  EXPECT_EQ(PointsOf(spec), expected);
}

TEST(EnqueuedTrials, AreTrialsThatAMethodLearnsFrom) {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_tpe()->set_startup_trials(1);
  spec.mutable_method()->mutable_tpe()->set_candidates(24);
  spec.set_max_trials(8);
  AddUniform(spec, "a", 0, 1);
  Enqueue(spec, "a", "7");
  const auto method = MakeMethod(spec);
  ASSERT_TRUE(method.ok()) << method.status();
  EXPECT_TRUE((*method)->LearnsFor(1));
  PastTrial given;
  given.parameters = (*method)->Suggest(0, {}).parameters;
  EXPECT_EQ(given.parameters[0].value(), "7");
  given.outcome = PastTrial::Outcome::kScored;
  const std::vector<PastTrial> past = {given};
  EXPECT_THAT((*method)->Suggest(1, past).reason, testing::HasSubstr("the best 1"));
}

TEST(EnqueuedTrials, TakeTheListedValueOfAChoice) {
  v1::SearchSpec spec;
  AddValues(spec, "a", {"{sgd: {lr: 1}}", "{adam: {}}"});
  Enqueue(spec, "a", "adam");
  EXPECT_THAT(PointsOf(spec),
              testing::ElementsAre("a={adam: {}}", "a={sgd: {lr: 1}}", "a={adam: {}}"));
}

TEST(EnqueuedTrials, SayThatTheyWereGiven) {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_random();
  spec.set_max_trials(4);
  AddUniform(spec, "a", 0, 1);
  AddUniform(spec, "b", 0, 1);
  Enqueue(spec, "a", "7");
  EXPECT_EQ((*MakeMethod(spec))->Suggest(0, {}).reason,
            "given by hand: search.enqueue[0]; what it does not name, by random search: draw 1 of "
            "4, seed 0");
  v1::GivenValueSpec* rest = spec.mutable_enqueue(0)->add_values();
  rest->set_key("b");
  rest->set_value("0.5");
  EXPECT_EQ((*MakeMethod(spec))->Suggest(0, {}).reason, "given by hand: search.enqueue[0]");
  EXPECT_EQ((*MakeMethod(spec))->Suggest(1, {}).reason, "random search: draw 2 of 4, seed 0");
}

}  // namespace
}  // namespace pleat
