#include "common/config/study_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using testing::HasSubstr;

v1::ParameterSpec& Parameter(v1::SearchSpec& search, const std::string& name) {
  v1::ParameterSpec& parameter = *search.add_parameters();
  parameter.set_key(name);
  return parameter;
}

void SetRange(v1::ParameterSpec& parameter, double min, double max) {
  parameter.mutable_uniform()->set_min(min);
  parameter.mutable_uniform()->set_max(max);
}

v1::SearchSpec SmallStudy() {
  v1::SearchSpec search;
  search.mutable_method()->mutable_tpe();
  search.set_max_trials(10);
  SetRange(Parameter(search, "any name at all"), -1, 1);
  v1::ParameterSpec& depth = Parameter(search, "depth");
  depth.mutable_int_uniform()->set_min(1);
  depth.mutable_int_uniform()->set_max(9);
  v1::ParameterSpec& kind = Parameter(search, "kind");
  for (const char* value : {"adam", "sgd"}) kind.mutable_values()->add_value(value);
  return search;
}

std::string Problems(const v1::SearchSpec& search) {
  const auto resolved = ResolveStudySearch(search);
  EXPECT_TRUE(absl::IsInvalidArgument(resolved.status())) << resolved.status();
  return std::string(resolved.status().message());
}

TEST(StudySearch, FillsDefaultsIn) {
  const auto search = ResolveStudySearch(SmallStudy());
  ASSERT_TRUE(search.ok()) << search.status();
  EXPECT_EQ(search->method().tpe().startup_trials(), 10u);
  EXPECT_EQ(search->metric().goal(), "auto");
  const auto again = ResolveStudySearch(*search);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->SerializeAsString(), search->SerializeAsString());
}

TEST(StudySearch, TakesConditions) {
  v1::SearchSpec search = SmallStudy();
  v1::ConditionSpec& condition = *search.mutable_parameters(0)->add_when();
  condition.set_key("kind");
  condition.add_value("sgd");
  EXPECT_TRUE(ResolveStudySearch(search).ok());
  condition.set_value(0, "sdg");
  EXPECT_THAT(Problems(search), HasSubstr("kind is never sdg; did you mean \"sgd\"?"));
}

TEST(StudySearch, RefusesSpacesThatDoNotHold) {
  v1::SearchSpec search = SmallStudy();
  SetRange(*search.mutable_parameters(0), 2, 1);
  EXPECT_EQ(Problems(search),
            "study: search.parameters[any name at all].uniform: min must be less than max");
  search = SmallStudy();
  search.mutable_parameters(2)->clear_values();
  EXPECT_THAT(Problems(search), HasSubstr("search.parameters[kind]: missing: give one of"));
  search = SmallStudy();
  search.clear_max_trials();
  EXPECT_THAT(Problems(search), HasSubstr("search.max_trials: tpe search needs a limit"));
  search = SmallStudy();
  search.mutable_method()->mutable_grid();
  EXPECT_THAT(Problems(search), HasSubstr("reals have no grid"));
  search = SmallStudy();
  Parameter(search, "depth").set_constant("1");
  EXPECT_THAT(Problems(search), HasSubstr("is there twice; keep one"));
  EXPECT_THAT(Problems(v1::SearchSpec()), HasSubstr("a study needs parameters"));
}

TEST(StudySearch, RefusesWhatHasNoMeaningWithoutAModel) {
  v1::SearchSpec search = SmallStudy();
  search.add_constraints("depth <= 3");
  EXPECT_THAT(Problems(search), HasSubstr("search.constraints: studies have none"));
  search = SmallStudy();
  search.mutable_method()->mutable_external();
  EXPECT_THAT(Problems(search), HasSubstr("search.method: a study suggests its trials itself"));
  search = SmallStudy();
  search.mutable_parameters(0)->add_also("other");
  EXPECT_THAT(Problems(search), HasSubstr("studies have no links"));
  search = SmallStudy();
  v1::GivenValueSpec& given = *search.add_enqueue()->add_values();
  given.set_key("depth");
  given.set_value("3");
  EXPECT_THAT(Problems(search), HasSubstr("studies take no trials by hand"));
}

}  // namespace
}  // namespace pleat
