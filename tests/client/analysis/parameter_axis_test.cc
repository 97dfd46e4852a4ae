#include "client/analysis/parameter_axis.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

v1::SearchSpec Search(const std::string& text) {
  v1::SearchSpec search;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &search));
  return search;
}

// The axis of the only parameter of a search, "p", whose trials had these values.
ParameterAxis AxisOf(const std::string& distribution, const std::vector<std::string>& values = {}) {
  std::vector<TrialPoint> trials;
  for (const std::string& value : values) {
    v1::ParameterValue& chosen = trials.emplace_back().emplace_back();
    chosen.set_path("p");
    chosen.set_value(value);
  }
  return ParameterAxes(Search("parameters { key: 'p' " + distribution + " }"), trials).at(0);
}

TEST(ParameterAxis, PlacesNumbersBetweenTheEnds) {
  const ParameterAxis axis = AxisOf("uniform { min: -1 max: 3 }");
  EXPECT_EQ(axis.PlaceOf("-1"), 0);
  EXPECT_EQ(axis.PlaceOf("0"), 0.25);
  EXPECT_EQ(axis.PlaceOf("7"), 1);
  EXPECT_EQ(axis.PlaceOf("much"), std::nullopt);
  EXPECT_EQ(axis.PlaceOf("nan"), std::nullopt);
}

TEST(ParameterAxis, PlacesByTheLogarithmWhereTheSearchDraws) {
  const ParameterAxis axis = AxisOf("log_uniform { min: 1e-4 max: 1 }");
  EXPECT_EQ(axis.kind, ParameterAxis::Kind::kLog);
  EXPECT_NEAR(axis.PlaceOf("0.001").value(), 0.25, 1e-12);
}

TEST(ParameterAxis, GivesEachOfCountedValuesAnEqualPart) {
  const ParameterAxis whole = AxisOf("int_uniform { min: 1 max: 4 }");
  EXPECT_EQ(whole.PlaceOf("1"), 0.125);
  EXPECT_EQ(whole.PlaceOf("4"), 0.875);
  // 10 is never drawn.
  const ParameterAxis steps = AxisOf("uniform { min: 0 max: 10 step: 4 }");
  EXPECT_NEAR(steps.PlaceOf("8").value(), 5 / 6.0, 1e-12);
  const ParameterAxis factors = AxisOf("log_int_uniform { min: 2 max: 8 factor: 2 }");
  EXPECT_NEAR(factors.PlaceOf("2").value(), 1 / 6.0, 1e-12);
  EXPECT_NEAR(factors.PlaceOf("4").value(), 0.5, 1e-12);
}

TEST(ParameterAxis, LeavesRoomForStepsAboveZeroWhereItIsLogarithmic) {
  EXPECT_EQ(AxisOf("log_int_uniform { min: 1 max: 100 }").low, 0.5);
  EXPECT_EQ(AxisOf("log_uniform { min: 1 max: 100 step: 9 }").low, 0.5);
}

TEST(ParameterAxis, CountsNormalsAsEvenWithinTwoDeviations) {
  const ParameterAxis axis = AxisOf("normal { mean: 1 stddev: 0.5 max: 1.5 }");
  EXPECT_EQ(axis.low, 0);
  EXPECT_EQ(axis.high, 1.5);
}

TEST(ParameterAxis, FindsValuesOfAListHoweverNumbersAreWritten) {
  const ParameterAxis axis = AxisOf("values { value: ['relu', '0.10'] }");
  EXPECT_EQ(axis.PlaceOf("relu"), 0.25);
  EXPECT_EQ(axis.PlaceOf("0.1"), 0.75);
  EXPECT_EQ(axis.PlaceOf("gelu"), std::nullopt);
}

TEST(ParameterAxis, HoldsTrialsThatLieOutside) {
  EXPECT_EQ(AxisOf("uniform { min: 0 max: 1 }", {"0.5", "4"}).high, 4);
  EXPECT_EQ(AxisOf("log_uniform { min: 0.1 max: 1 }", {"0.01", "0"}).low, 0.01);
  EXPECT_THAT(AxisOf("values { value: ['1', '2'] }", {"2.0", "3"}).categories,
              ElementsAre("1", "2", "3"));
}

TEST(ParameterAxis, HasNoneForConstants) {
  const v1::SearchSpec search = Search(
      "parameters { key: 'a' constant: '1' } parameters { key: 'b' uniform { min: 0 max: 1 } }");
  const std::vector<ParameterAxis> axes = ParameterAxes(search, {});
  ASSERT_THAT(axes, SizeIs(1));
  EXPECT_EQ(axes[0].path, "b");
}

TEST(ParameterAxis, PlacesTheOneValueOfARangeInItsMiddle) {
  EXPECT_EQ(AxisOf("uniform { min: 2 max: 2 }").PlaceOf("2"), 0.5);
}

}  // namespace
}  // namespace pleat
