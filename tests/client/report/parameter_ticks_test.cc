#include "client/report/parameter_ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pleat {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Texts(const std::vector<ParameterTick>& ticks) {
  std::vector<std::string> texts;
  for (const ParameterTick& tick : ticks) texts.push_back(tick.text);
  return texts;
}

TEST(ParameterTicks, AreRoundNumbersWhereTheyLie) {
  const std::vector<ParameterTick> ticks = ParameterTicks({.low = 0, .high = 0.5}, 400);
  EXPECT_THAT(Texts(ticks), ElementsAre("0", "0.1", "0.2", "0.3", "0.4", "0.5"));
  EXPECT_DOUBLE_EQ(ticks[1].place, 0.2);
}

TEST(ParameterTicks, WritePowersInShort) {
  EXPECT_THAT(
      Texts(ParameterTicks({.kind = ParameterAxis::Kind::kLog, .low = 1e-6, .high = 0.01}, 400)),
      ElementsAre("1e-6", "1e-5", "0.0001", "0.001", "0.01"));
}

TEST(ParameterTicks, OfAListAreItsValues) {
  const ParameterAxis axis = {.kind = ParameterAxis::Kind::kCategory,
                              .categories = {"relu", "a very long name of a value"}};
  EXPECT_THAT(Texts(ParameterTicks(axis, 400)), ElementsAre("relu", "a very long …"));
}

TEST(ParameterTicks, AreAsManyAsHaveRoom) {
  ParameterAxis axis = {.kind = ParameterAxis::Kind::kCategory};
  for (int i = 0; i < 100; ++i) axis.categories.push_back("value " + std::to_string(i));
  const std::vector<ParameterTick> ticks = ParameterTicks(axis, 400);
  EXPECT_GT(ticks.size(), 4u);
  for (size_t i = 1; i < ticks.size(); ++i) {
    const double apart = (ticks[i].place - ticks[i - 1].place) * 400;
    EXPECT_GT(apart, (TextRoom(ticks[i].text) + TextRoom(ticks[i - 1].text)) / 2);
  }
}

TEST(ParameterTicks, AreThereWhereNoPowerOfTenIs) {
  EXPECT_GE(ParameterTicks({.kind = ParameterAxis::Kind::kLog, .low = 0.0021, .high = 0.0049}, 400)
                .size(),
            2u);
}

}  // namespace
}  // namespace pleat
