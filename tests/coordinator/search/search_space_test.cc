#include "coordinator/search/search_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Optional;

SearchSpace SpaceOf(const v1::SearchSpec& spec) { return SearchSpace::Make(spec).value(); }

TEST(SearchSpace, HasADimensionPerParameter) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", 0, 1);
  AddLogUniform(spec, "b", 1, 2);
  AddIntUniform(spec, "c", -1, 3);
  AddValues(spec, "d", {"x", "y"});
  const SearchSpace space = SpaceOf(spec);
  ASSERT_EQ(space.dimensions().size(), 4u);
  EXPECT_EQ(space.dimensions()[0].path, "a");
  EXPECT_EQ(space.dimensions()[0].kind, Dimension::Kind::kReal);
  EXPECT_EQ(space.dimensions()[0].last_index, std::nullopt);
  EXPECT_EQ(space.dimensions()[1].kind, Dimension::Kind::kLogReal);
  EXPECT_EQ(space.dimensions()[2].kind, Dimension::Kind::kInt);
  EXPECT_EQ(space.dimensions()[2].last_index, 4u);
  EXPECT_EQ(space.dimensions()[3].kind, Dimension::Kind::kCategory);
  EXPECT_EQ(space.dimensions()[3].last_index, 1u);
}

TEST(SearchSpace, GivesTheValueAtACoordinate) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", -2, 6);
  AddLogUniform(spec, "b", 1e-4, 1e-2);
  AddIntUniform(spec, "c", -2, 2);
  AddValues(spec, "d", {"x", "y", "z"});
  const std::vector<v1::ParameterValue> point = SpaceOf(spec).PointAt({0.25, 0.5, 0.99, 0.34});
  EXPECT_EQ(point[0].path(), "a");
  EXPECT_EQ(point[0].value(), "0");
  EXPECT_EQ(point[1].value(), "0.001");
  EXPECT_EQ(point[2].value(), "2");
  EXPECT_EQ(point[3].value(), "y");
}

TEST(SearchSpace, FindsTheCoordinateOfEveryValue) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", -2, 6);
  AddLogUniform(spec, "b", 1e-4, 1e-2);
  AddIntUniform(spec, "c", -2, 2);
  AddValues(spec, "d", {"x", "1e-3"});
  const SearchSpace space = SpaceOf(spec);
  for (double u = 0.005; u < 1; u += 0.01) {
    for (size_t i = 0; i < 4; ++i) {
      const std::string value = space.ValueAt(i, u);
      const std::optional<double> back = space.CoordinateOf(i, value);
      ASSERT_TRUE(back.has_value());
      EXPECT_EQ(space.ValueAt(i, *back), value);
      if (space.dimensions()[i].last_index.has_value()) continue;
      EXPECT_NEAR(*back, u, 1e-5);
    }
  }
  EXPECT_THAT(space.CoordinateOf(2, "-2"), Optional(DoubleNear(0.1, 1e-12)));
  EXPECT_THAT(space.CoordinateOf(3, "0.001"), Optional(0.75));
}

v1::SearchSpec SteppedSpec() {
  v1::SearchSpec spec;
  AddUniform(spec, "a", 0, 0.5);
  spec.mutable_parameters(0)->mutable_uniform()->set_step(0.1);
  AddLogUniform(spec, "b", 1e-4, 0.1);
  spec.mutable_parameters(1)->mutable_log_uniform()->set_factor(10);
  AddIntUniform(spec, "c", 2, 9);
  spec.mutable_parameters(2)->mutable_int_uniform()->set_step(3);
  v1::LogIntRangeSpec& doubling = *AddParameter(spec, "d").mutable_log_int_uniform();
  doubling.set_min(32);
  doubling.set_max(300);
  doubling.set_factor(2);
  v1::LogIntRangeSpec& whole = *AddParameter(spec, "e").mutable_log_int_uniform();
  whole.set_min(1);
  whole.set_max(7);
  AddLogUniform(spec, "f", 0.5, 2.1);
  spec.mutable_parameters(5)->mutable_log_uniform()->set_step(0.5);
  AddParameter(spec, "g").set_constant("adam");
  return spec;
}

TEST(SearchSpace, CountsTheStepsOfARange) {
  const SearchSpace space = SpaceOf(SteppedSpec());
  const std::vector<std::vector<std::string>> expected = {{"0", "0.1", "0.2", "0.3", "0.4", "0.5"},
                                                          {"0.0001", "0.001", "0.01", "0.1"},
                                                          {"2", "5", "8"},
                                                          {"32", "64", "128", "256"},
                                                          {"1", "2", "3", "4", "5", "6", "7"},
                                                          {"0.5", "1", "1.5", "2"},
                                                          {"adam"}};
  for (size_t i = 0; i < expected.size(); ++i) {
    std::vector<std::string> values;
    for (uint64_t k = 0; k <= space.dimensions()[i].last_index; ++k) {
      values.push_back(space.ValueOfIndex(i, k));
    }
    EXPECT_EQ(values, expected[i]) << i;
    EXPECT_EQ(space.ValueAt(i, 0), values.front());
    EXPECT_EQ(space.ValueAt(i, 1 - 0x1.0p-53), values.back());
    EXPECT_EQ(space.dimensions()[i].even, i != 4 && i != 5) << i;
    EXPECT_EQ(space.dimensions()[i].log_start.value_or(0), i == 4 || i == 5 ? 1 : 0) << i;
    for (const std::string& value : values) {
      EXPECT_EQ(space.ValueAt(i, space.CoordinateOf(i, value).value()), value);
    }
  }
}

TEST(SearchSpace, DrawsWholeNumbersByTheLogarithmOfTheirCells) {
  const SearchSpace space = SpaceOf(SteppedSpec());
  std::map<std::string, int> counts;
  for (int i = 0; i < 10'000; ++i) ++counts[space.ValueAt(4, i / 1e4)];
  // log((v + 1) / v) / log(8)
  EXPECT_NEAR(counts["1"], 3333, 2);
  EXPECT_NEAR(counts["2"], 1950, 2);
  EXPECT_NEAR(counts["7"], 642, 2);
}

TEST(SearchSpace, TakesNormalValuesByTheirQuantile) {
  v1::SearchSpec spec;
  const auto add = [&spec](double mean, double stddev) {
    v1::NormalSpec* normal = AddParameter(spec, "a").mutable_normal();
    normal->set_mean(mean);
    normal->set_stddev(stddev);
    return normal;
  };
  add(1, 2);
  v1::NormalSpec* upper = add(0, 1);
  upper->set_min(7);
  upper->set_max(8);
  v1::NormalSpec* both = add(0, 1);
  both->set_min(-1);
  both->set_max(1);
  const SearchSpace space = SpaceOf(spec);
  EXPECT_EQ(space.ValueAt(0, 0.5), "1");
  EXPECT_EQ(space.ValueAt(0, 0.975), "4.91993");
  EXPECT_EQ(space.ValueAt(0, 0), "-15.5847");
  EXPECT_EQ(space.ValueAt(1, 0), "7");
  EXPECT_EQ(space.ValueAt(1, 0.5), "7.09641");
  EXPECT_EQ(space.ValueAt(2, 0.5), "0");
  EXPECT_EQ(space.ValueAt(2, 0), "-1");
  EXPECT_EQ(space.ValueAt(2, 1 - 0x1.0p-53), "1");
  for (size_t i = 0; i < 3; ++i) {
    for (double u = 0.005; u < 1; u += 0.01) {
      EXPECT_THAT(space.CoordinateOf(i, space.ValueAt(i, u)), Optional(DoubleNear(u, 1e-4)));
    }
  }
}

TEST(SearchSpace, TakesTheNearerEndForNumbersOutside) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", 0, 1);
  AddLogUniform(spec, "b", 1, 2);
  AddIntUniform(spec, "c", 0, 4);
  const SearchSpace space = SpaceOf(spec);
  EXPECT_THAT(space.CoordinateOf(0, "-3"), Optional(0.0));
  EXPECT_THAT(space.CoordinateOf(1, "-3"), Optional(0.0));
  EXPECT_THAT(space.CoordinateOf(2, "-3"), Optional(DoubleNear(0.1, 1e-12)));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_LT(*space.CoordinateOf(i, "9"), 1);
    EXPECT_GT(*space.CoordinateOf(i, "9"), 0.89);
  }
}

TEST(SearchSpace, HasNoCoordinateForWhatIsNoValue) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", 0, 1);
  AddIntUniform(spec, "b", 0, 4);
  AddValues(spec, "c", {"x"});
  const SearchSpace space = SpaceOf(spec);
  EXPECT_EQ(space.CoordinateOf(0, "x"), std::nullopt);
  EXPECT_EQ(space.CoordinateOf(0, "nan"), std::nullopt);
  EXPECT_EQ(space.CoordinateOf(1, "inf"), std::nullopt);
  EXPECT_EQ(space.CoordinateOf(2, "y"), std::nullopt);
  v1::ParameterValue value;
  value.set_path("b");
  value.set_value("2");
  EXPECT_THAT(space.CoordinatesOf({value}),
              testing::ElementsAre(std::nullopt, Optional(DoubleNear(0.5, 1e-12)), std::nullopt));
}

TEST(SearchSpace, ReachesTheEndsOfTheWidestRange) {
  v1::SearchSpec spec;
  const auto lowest = std::numeric_limits<int64_t>::min();
  const auto highest = std::numeric_limits<int64_t>::max();
  AddIntUniform(spec, "a", lowest, highest);
  AddUniform(spec, "b", 0.3, 0.3);
  const SearchSpace space = SpaceOf(spec);
  EXPECT_EQ(space.ValueAt(0, 0), absl::StrCat(lowest));
  EXPECT_EQ(space.ValueOfIndex(0, *space.dimensions()[0].last_index), absl::StrCat(highest));
  EXPECT_LT(*space.CoordinateOf(0, absl::StrCat(highest)), 1);
  EXPECT_EQ(space.ValueAt(1, 0.9), "0.3");
}

TEST(SearchSpace, NamesTheParameterThatHasNothingToDraw) {
  v1::SearchSpec spec;
  AddUniform(spec, "a", 2, 1);
  const absl::Status status = SearchSpace::Make(spec).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("search.parameters.a"));
}

}  // namespace
}  // namespace pleat
