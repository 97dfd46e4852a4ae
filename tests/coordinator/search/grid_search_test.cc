#include "coordinator/search/grid_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// All points as "value value …".
std::vector<std::string> Points(const SearchMethod& method) {
  std::vector<std::string> points;
  for (uint32_t trial = 0; trial < method.size(); ++trial) {
    std::string& point = points.emplace_back();
    for (const v1::ParameterValue& value : method.Suggest(trial, {}).parameters) {
      absl::StrAppend(&point, point.empty() ? "" : " ", value.value());
    }
  }
  return points;
}

TEST(GridSearch, VariesTheLastParameterFastest) {
  v1::SearchSpec spec;
  AddValues(spec, "training.epochs", {"10", "20"});
  AddIntUniform(spec, "model.mlp.layers", -1, 1);
  const auto grid = MakeGridSearch(spec);
  ASSERT_TRUE(grid.ok()) << grid.status();
  EXPECT_THAT(Points(**grid), ElementsAre("10 -1", "10 0", "10 1", "20 -1", "20 0", "20 1"));
  const Suggestion suggestion = (*grid)->Suggest(4, {});
  EXPECT_EQ(suggestion.parameters[0].path(), "training.epochs");
  EXPECT_EQ(suggestion.parameters[1].path(), "model.mlp.layers");
  EXPECT_EQ(suggestion.reason, "grid search: point 5 of 6");
}

TEST(GridSearch, TriesOnePointWithoutParameters) {
  const auto grid = MakeGridSearch(v1::SearchSpec());
  ASSERT_TRUE(grid.ok()) << grid.status();
  ASSERT_EQ((*grid)->size(), 1u);
  EXPECT_TRUE((*grid)->Suggest(0, {}).parameters.empty());
}

TEST(GridSearch, TakesTheFirstPointsUpToMaxTrials) {
  v1::SearchSpec spec;
  AddValues(spec, "a", {"1", "2"});
  AddValues(spec, "b", {"3", "4"});
  spec.set_max_trials(3);
  EXPECT_THAT(Points(**MakeGridSearch(spec)), ElementsAre("1 3", "1 4", "2 3"));
  spec.set_max_trials(100);
  EXPECT_EQ((*MakeGridSearch(spec))->size(), 4u);
}

TEST(GridSearch, RefusesARangeOfReals) {
  v1::SearchSpec spec;
  AddUniform(spec, "training.optimizer.sgd.lr", 0, 1);
  const absl::Status status = MakeGridSearch(spec).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("training.optimizer.sgd.lr"));
}

TEST(GridSearch, RefusesAnEndlessGridUnlessMaxTrialsCutsIt) {
  v1::SearchSpec spec;
  const auto lowest = std::numeric_limits<int64_t>::min();
  const auto highest = std::numeric_limits<int64_t>::max();
  AddIntUniform(spec, "a", lowest, highest);
  AddIntUniform(spec, "b", lowest, highest);
  const absl::Status status = MakeGridSearch(spec).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 1000000 points"));
  spec.set_max_trials(2);
  EXPECT_THAT(Points(**MakeGridSearch(spec)), ElementsAre(absl::StrCat(lowest, " ", lowest),
                                                          absl::StrCat(lowest, " ", lowest + 1)));
}

}  // namespace
}  // namespace pleat
