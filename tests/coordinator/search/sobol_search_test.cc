#include "coordinator/search/sobol_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/search/search_samples.h"

namespace pleat {
namespace {

v1::SearchSpec SobolSpec(uint32_t max_trials) {
  v1::SearchSpec spec;
  spec.mutable_method()->mutable_sobol();
  spec.set_seed(3);
  spec.set_max_trials(max_trials);
  AddUniform(spec, "a", 0, 8);
  AddValues(spec, "b", {"x", "y", "z", "w"});
  return spec;
}

TEST(SobolSearch, TriesEveryPartOfARangeAlikeOften) {
  const auto method = MakeSobolSearch(SobolSpec(64));
  ASSERT_TRUE(method.ok()) << method.status();
  ASSERT_EQ((*method)->size(), 64u);
  std::map<std::string, int> cells;
  for (uint32_t trial = 0; trial < 64; ++trial) {
    const Suggestion suggestion = (*method)->Suggest(trial, {});
    EXPECT_EQ(suggestion.parameters[0].path(), "a");
    ++cells[absl::StrCat(static_cast<int>(std::stod(suggestion.parameters[0].value())),
                         suggestion.parameters[1].value())];
  }
  // 8 parts of the range times 4 values
  EXPECT_EQ(cells.size(), 32u);
  for (const auto& [cell, count] : cells) EXPECT_EQ(count, 2) << cell;
}

TEST(SobolSearch, KeepsItsTrialsWhenMaxTrialsGrows) {
  const auto few = MakeSobolSearch(SobolSpec(4)), many = MakeSobolSearch(SobolSpec(400));
  v1::SearchSpec other = SobolSpec(4);
  other.set_seed(4);
  EXPECT_EQ((*few)->Suggest(2, {}).parameters[0].value(),
            (*many)->Suggest(2, {}).parameters[0].value());
  EXPECT_NE((*few)->Suggest(2, {}).parameters[0].value(),
            (*MakeSobolSearch(other))->Suggest(2, {}).parameters[0].value());
  EXPECT_EQ((*few)->Suggest(2, {}).reason, "sobol search: point 3 of 4, seed 3");
}

TEST(SobolSearch, RefusesASearchWithoutEndOrWithTooManyParameters) {
  EXPECT_THAT(std::string(MakeSobolSearch(SobolSpec(0)).status().message()),
              testing::HasSubstr("search.max_trials"));
  v1::SearchSpec wide = SobolSpec(4);
  for (int i = 0; i < 255; ++i) AddUniform(wide, absl::StrCat("c", i), 0, 1);
  EXPECT_THAT(std::string(MakeSobolSearch(wide).status().message()),
              testing::HasSubstr("256 dimensions at most, not 257"));
}

}  // namespace
}  // namespace pleat
