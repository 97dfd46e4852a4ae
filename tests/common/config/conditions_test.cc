#include "common/config/conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/config/sweep_text.h"

namespace pleat {
namespace {

using testing::ElementsAre;

// A search whose parameters stand in these lines.
SweepReading WithParameters(const std::string& lines) {
  return ReadText(SmallSweep("search:\n  parameters:\n" + lines));
}

TEST(Conditions, NameValuesByTheirNumbers) {
  const SweepReading reading = WithParameters(
      "    training.optimizer: {values: [sgd, {adam: {lr: 1}}, {adam: {lr: 2}}]}\n"
      "    training.epochs: {values: [1, 2], when: {training.optimizer: adam}}\n"
      "    training.seed: {values: [1, 2], when: {training.optimizer: [sgd, {adam: {lr: 2}}], "
      "training.epochs: 2}}\n");
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const auto conditions = ConditionsOf(reading.spec.search());
  ASSERT_EQ(conditions.size(), 3u);
  EXPECT_TRUE(conditions[0].empty());
  ASSERT_EQ(conditions[1].size(), 1u);
  EXPECT_EQ(conditions[1][0].parameter, 0);
  EXPECT_THAT(conditions[1][0].values, ElementsAre(1, 2));
  ASSERT_EQ(conditions[2].size(), 2u);
  EXPECT_THAT(conditions[2][0].values, ElementsAre(0, 2));
  EXPECT_EQ(conditions[2][1].parameter, 1);
  EXPECT_THAT(conditions[2][1].values, ElementsAre(1));
}

TEST(Conditions, PutParametersAfterThoseTheyDependOn) {
  EXPECT_THAT(ConditionOrder(std::vector<std::vector<Condition>>(3)), ElementsAre(0, 1, 2));
  const Condition on_two = {.parameter = 2, .values = {0}};
  const Condition on_three = {.parameter = 3, .values = {0}};
  EXPECT_THAT(ConditionOrder({{on_two}, {}, {on_three}, {}}), ElementsAre(1, 3, 2, 0));
  EXPECT_THAT(ConditionOrder({{on_two}, {}, {on_three}, {on_two}}), ElementsAre(1));
}

TEST(Conditions, FollowFromTheSectionsAroundAField) {
  SweepReading reading = WithParameters(
      "    training.optimizer: {values: [sgd, {adam: {beta1: 0.5}}, adam]}\n"
      "    training.optimizer.adam.lr: {values: [0.1, 0.2]}\n"
      "    training.epochs: {values: [1, 2]}\n");
  ASSERT_EQ(FormatDiagnostics(reading.diagnostics), "");
  const v1::ParameterSpec& lr = reading.spec.search().parameters(1);
  ASSERT_EQ(lr.when_size(), 1);
  EXPECT_EQ(lr.when(0).key(), "training.optimizer");
  EXPECT_THAT(lr.when(0).value(), ElementsAre("adam"));
  EXPECT_EQ(reading.spec.search().parameters(2).when_size(), 0);
  v1::SweepSpec again = reading.spec;
  FillConditions(&again);
  EXPECT_EQ(again.SerializeAsString(), reading.spec.SerializeAsString());
}

}  // namespace
}  // namespace pleat
