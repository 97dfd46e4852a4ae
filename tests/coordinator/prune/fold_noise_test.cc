#include "coordinator/prune/fold_noise.h"

#include <gtest/gtest.h>

#include "coordinator/prune/score_scale.h"
#include "race_samples.h"

namespace pleat {
namespace {

TEST(FoldNoise, IsNotOfWhatTrialsAndFoldsHaveInCommon) {
  // Trial + fold exactly: no noise but the assumption's, 2 of 2 + 3 * 2 degrees of freedom. It is
  // half the variance of 0, 5, 10, 5.
  const Race race = RaceOfFinals({{0, 5, 10, 5}, {1, 6, 11, 6}, {7, 12, 17, 12}}, 4);
  const FoldNoise noise = EstimateFoldNoise(FinalScores(race, {}), race.folds, std::nullopt);
  EXPECT_DOUBLE_EQ(noise.freedom, 8);
  EXPECT_NEAR(noise.variance, 2 * (50.0 / 3 / 2) / 8, 1e-9);
}

TEST(FoldNoise, IsThatOfTheDifferencesByHand) {
  // Differences of 2, -2, 2, -2: noise of +-1, squares of 8 over 3 degrees of freedom. Each trial's
  // own variance is 4 / 3.
  const Race race = RaceOfFinals({{1, -1, 1, -1}, {-1, 1, -1, 1}}, 4);
  const FoldNoise noise = EstimateFoldNoise(FinalScores(race, {}), race.folds, std::nullopt);
  EXPECT_DOUBLE_EQ(noise.freedom, 5);
  EXPECT_NEAR(noise.variance, (2 * (4.0 / 3 / 2) + 8) / 5, 1e-9);
}

TEST(FoldNoise, StartsFromWhatAnEpochChanges) {
  const Race race = RaceOfFinals({{3}, {4}}, 4);
  EXPECT_EQ(EstimateFoldNoise(FinalScores(race, {}), race.folds, std::nullopt).freedom, 0);
  const FoldNoise noise = EstimateFoldNoise(FinalScores(race, {}), race.folds, 0.01);
  EXPECT_DOUBLE_EQ(noise.variance, 0.04);
  EXPECT_DOUBLE_EQ(noise.freedom, 2);
}

TEST(FoldNoise, CopesWithFoldsThatAreMissing) {
  const Race race = RaceOfFinals({{0, 5, 10, 5}, {1, 6}, {7, 12, 17}}, 4);
  const FoldNoise noise = EstimateFoldNoise(FinalScores(race, {}), race.folds, std::nullopt);
  // Of 9 scores 3 trials and 4 folds are taken, and one is in both.
  EXPECT_DOUBLE_EQ(noise.freedom, 2 + 3);
  EXPECT_NEAR(noise.variance, 2 * (50.0 / 3 / 2) / 5, 1e-3);
}

}  // namespace
}  // namespace pleat
