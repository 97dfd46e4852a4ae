#include "coordinator/prune/score_scale.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "race_samples.h"

namespace pleat {
namespace {

TEST(ScoreScale, LeavesScoresAsTheyAre) {
  const ScoreScale scale;
  EXPECT_EQ(scale.Of(-0.3), -0.3);
  EXPECT_EQ(scale.ScoreAt(-0.3), -0.3);
  EXPECT_EQ(scale.SlopeAt(-0.3), 1);
}

TEST(ScoreScale, TakesLogarithmsOfWhatScoresLack) {
  const ScoreScale loss = ScoreScale::OfGapTo(0), accuracy = ScoreScale::OfGapTo(1);
  EXPECT_DOUBLE_EQ(loss.Of(-0.25), std::log(4));
  EXPECT_DOUBLE_EQ(accuracy.Of(0.99), -std::log(1 - 0.99));
  EXPECT_GT(accuracy.Of(0.99), accuracy.Of(0.98));
  EXPECT_DOUBLE_EQ(accuracy.ScoreAt(accuracy.Of(0.7)), 0.7);
  const double place = accuracy.Of(0.7);
  EXPECT_NEAR((accuracy.ScoreAt(place + 1e-6) - accuracy.ScoreAt(place - 1e-6)) / 2e-6,
              accuracy.SlopeAt(place), 1e-6);
  // A perfect score stays comparable, a missing one missing.
  EXPECT_GT(accuracy.Of(1), accuracy.Of(1 - 1e-9));
  EXPECT_TRUE(std::isfinite(accuracy.Of(1)));
  EXPECT_TRUE(std::isnan(accuracy.Of(std::numeric_limits<double>::quiet_NaN())));
}

TEST(ChooseScale, IsLogarithmicWhereTrialsAndFoldsMultiply) {
  // Errors of 1, 2 and 5 % times 1, 2, 4 by fold.
  const Race race = RaceOfFinals({{.99, .98, .96}, {.98, .96, .92}, {.95, .90, .80}}, 3);
  EXPECT_TRUE(ChooseScale(race).is_relative());
}

TEST(ChooseScale, IsPlainWhereTheyAddUp) {
  const Race race = RaceOfFinals({{.99, .98, .96}, {.98, .97, .95}, {.95, .94, .92}}, 3);
  EXPECT_FALSE(ChooseScale(race).is_relative());
}

TEST(ChooseScale, IsPlainBeforeAnythingTells) {
  EXPECT_FALSE(ChooseScale({.folds = 3, .epochs = 1}).is_relative());
  EXPECT_FALSE(ChooseScale(RaceOfFinals({{.99, .98, .96}, {.9}}, 3)).is_relative());
}

TEST(ChooseScale, IsPlainForScoresWithoutTheBestPossibleOne) {
  // Above 1, and exactly 1.
  EXPECT_FALSE(ChooseScale(RaceOfFinals({{1, 2, 4}, {2, 4, 8}, {5, 10, 20}}, 3)).is_relative());
  EXPECT_FALSE(ChooseScale(RaceOfFinals({{1, .98, .96}, {.98, .96, .92}}, 3)).is_relative());
}

// The least squares do not depend on the unit, so neither does the choice.
TEST(ChooseScale, IsTheSameForLosses) {
  Race race = RaceOfFinals({{-.1, -.2, -.4}, {-.2, -.4, -.8}, {-.5, -1, -2}}, 3);
  race.is_maximized = false;
  EXPECT_TRUE(ChooseScale(race).is_relative());
}

}  // namespace
}  // namespace pleat
