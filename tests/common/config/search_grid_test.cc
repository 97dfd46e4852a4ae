#include "common/config/search_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/config/parameter_values.h"
#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::ElementsAre;

struct Points {
  std::vector<std::string> points;  // "value value …", "-" where there is none
  uint64_t left_out = 0;
};

Points PointsOf(const std::string& search) {
  const SweepReading reading = ReadText(SmallSweep("search:\n" + search));
  EXPECT_EQ(FormatDiagnostics(reading.diagnostics), "");
  std::vector<Problem> problems;
  const auto grid =
      SearchGrid::Make(reading.spec.search(), Constraints::Make(reading.spec, &problems));
  EXPECT_TRUE(grid.ok()) << grid.status();
  Points found = {{}, grid->left_out()};
  for (uint64_t point = 0; point < grid->size(); ++point) {
    std::string& text = found.points.emplace_back();
    for (int i = 0; i < reading.spec.search().parameters_size(); ++i) {
      const auto index = grid->ValueIndex(point, i);
      absl::StrAppend(&text, text.empty() ? "" : " ",
                      index ? ValueOfIndex(reading.spec.search().parameters(i), *index) : "-");
    }
  }
  return found;
}

TEST(SearchGrid, DoesNotMultiplyByWhatIsNoPart) {
  const Points found = PointsOf(
      "  parameters:\n    training.optimizer: {values: [sgd, adam, rmsprop]}\n"
      "    training.optimizer.sgd.nesterov: {values: [true, false]}\n"
      "    training.optimizer.sgd.momentum: {values: [0.5, 0.9], when: "
      "{training.optimizer.sgd.nesterov: true}}\n"
      "    training.epochs: {values: [1, 2], when: {training.optimizer: rmsprop}}\n");
  EXPECT_THAT(found.points, ElementsAre("sgd true 0.5 -", "sgd true 0.9 -", "sgd false - -",
                                        "adam - - -", "rmsprop - - 1", "rmsprop - - 2"));
  EXPECT_EQ(found.left_out, 0u);
}

TEST(SearchGrid, VariesAParameterAfterThoseItDependsOn) {
  EXPECT_THAT(PointsOf("  parameters:\n"
                       "    training.epochs: {values: [1, 2], when: {training.seed: 7}}\n"
                       "    training.seed: {values: [7, 8]}\n")
                  .points,
              ElementsAre("1 7", "2 7", "- 8"));
}

TEST(SearchGrid, LeavesOutWhatBreaksAConstraint) {
  const Points found = PointsOf(
      "  parameters:\n    training.epochs: {int_uniform: {min: 1, max: 3}}\n"
      "    training.batch_size: {values: [2, 4]}\n"
      "  constraints: [\"training.epochs * training.batch_size < 8\"]\n");
  EXPECT_THAT(found.points, ElementsAre("1 2", "1 4", "2 2", "3 2"));
  EXPECT_EQ(found.left_out, 2u);
}

TEST(SearchGrid, RefusesWhatHasNoEnd) {
  v1::SearchSpec search;
  v1::ParameterSpec& parameter = *search.add_parameters();
  parameter.set_key("training.seed");
  parameter.mutable_int_uniform()->set_min(INT64_MIN);
  parameter.mutable_int_uniform()->set_max(INT64_MAX);
  EXPECT_EQ(SearchGrid::Make(search, {}).status().message(),
            "the grid has more than 1000000 trials; give fewer values, or use method: random with "
            "max_trials");
  parameter.mutable_uniform();
  EXPECT_EQ(SearchGrid::Make(search, {}).status().message(),
            "search.parameters[training.seed]: its values cannot be counted");
}

}  // namespace
}  // namespace pleat
